import type { Schema } from "./model.js";

/** A schema that takes any value. */
export const anything: Schema = {};

/** The schema that a reference of a whole schema leads to; one that leads nowhere takes any value. */
export function resolveReference(whole: Schema, reference: string): Schema {
  return reference === "#" ? whole : (whole.$defs?.[reference.slice("#/$defs/".length)] ?? anything);
}
