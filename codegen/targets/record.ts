/** A JSON object of any shape. */
export type JsonRecord = { readonly [key: string]: unknown };

/** The value where it is a JSON object, else an empty one. */
export const asRecord = (value: unknown): JsonRecord =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonRecord) : {};

/** The objects of an array; none where the value is no array. */
export const asRecords = (value: unknown): readonly JsonRecord[] =>
  Array.isArray(value) ? value.map(asRecord) : [];
