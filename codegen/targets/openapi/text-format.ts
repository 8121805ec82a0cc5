import type { Json, Schema } from "../../../src/input/model.js";

/** Formats that all tools understand in the same way. */
const known = new Set(["date", "date-time", "email", "hostname", "ipv4", "ipv6", "time", "uri", "uuid"]);

const absolute = /^(?:https?:\/\/[a-z0-9]|data:)(?:[\w.~!$&'()*+,;=:@/?-]|%[0-9a-f]{2})*(?:#[\w.~-]*)?$/i;
const relative = /^(?:[\w.~!$&'()*+,;=@/?-]|%[0-9a-f]{2})*$/i;

/**
 * The format, as strict as the values known for this place allow: some models also take the bare name of a built-in sample, or
 * an empty text for none, and both are references without being addresses.
 */
export function formatFor(schema: Schema, samples: readonly Json[]): { readonly format?: string } {
  if (schema.format === undefined || !known.has(schema.format)) return {};
  const texts = [
    schema.default,
    ...(schema.examples ?? []),
    ...(schema.enum ?? []),
    ...(schema["x-media"]?.samples ?? []),
    ...samples,
  ].filter((value) => typeof value === "string");
  if (texts.length === 0) return { format: schema.format };
  if (schema.format !== "uri") return {};
  if (texts.every((text) => absolute.test(text))) return { format: "uri" };
  return texts.every((text) => absolute.test(text) || relative.test(text)) ? { format: "uri-reference" } : {};
}
