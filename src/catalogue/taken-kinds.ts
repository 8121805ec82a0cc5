import type { Schema } from "../input/model.js";
import { readField } from "../dialect/roles/field-facts.js";
import { findRoles } from "../dialect/roles/role-assignment.js";

/** A kind of thing that a model takes. */
export type TakenKind = "text" | "image" | "video" | "audio";

/** The kinds of things that an input takes: text where there is a prompt, and the kinds of its media. */
export function findTaken({ properties = {} }: Schema): ReadonlySet<TakenKind> {
  const kinds = Object.entries(properties).map(([name, schema]) => readField(name, schema).kind);
  const takesText = [...findRoles(properties).values()].includes("prompt");
  const text = takesText ? (["text"] as const) : [];
  return new Set([...text, ...kinds.filter((kind) => kind !== undefined)]);
}
