import { readField } from "../dialect/roles/field-facts.js";
import { findRoles } from "../dialect/roles/role-assignment.js";
import { check } from "../input/check.js";
import type { InputSchema, Json, Schema } from "../input/model.js";

/** A model with the example of its documentation, where that has one. */
interface ExampleSource {
  readonly example?: { readonly [name: string]: Json } | null;
  readonly input: InputSchema;
}

/** Files on a host that is reserved for documentation. */
const placeholders = {
  image: "https://example.com/image.png",
  video: "https://example.com/video.mp4",
  audio: "https://example.com/audio.mp3",
} as const;

/**
 * A request body that fits the model: the documented one, else one made of the fields that must be given. Undefined where none can be
 * made that passes the model's own check.
 */
export function findExample({
  example,
  input,
}: ExampleSource): { readonly [name: string]: Json } | undefined {
  if (example) return check(input, example).length === 0 ? example : undefined;
  const { required = [] } = input;
  const properties: { readonly [name: string]: Schema } = input.properties;
  const prompt = [...findRoles(properties)].find(([, role]) => role === "prompt")?.[0];
  const names = new Set([...(prompt === undefined ? [] : [prompt]), ...required]);
  const made: { [name: string]: Json } = {};
  for (const name of names) {
    const value = valueFor(name, properties[name] ?? {});
    if (value !== undefined) made[name] = value;
  }
  const isUseful = Object.keys(made).length > 0 && check(input, made).length === 0;
  return isUseful ? made : undefined;
}

function valueFor(name: string, schema: Schema): Json | undefined {
  const { kind, isList, isText } = readField(name, schema);
  if (kind !== undefined) return isList ? [placeholders[kind]] : placeholders[kind];
  const shown = schema.examples?.find((value) => value !== "");
  const [first] = schema.enum ?? [];
  const known = shown ?? (schema.default === "" ? undefined : schema.default) ?? first;
  if (known !== undefined) return known;
  if (isText) return "A red bicycle leans on a wall.";
  return [schema.type].flat().includes("boolean") ? true : schema.minimum;
}
