/** A JSON object of any shape. */
export type JsonRecord = { readonly [key: string]: unknown };

/** The value where it is a JSON object, else an empty one. */
export function asRecord(value: unknown): JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonRecord) : {};
}

/** The objects of an array; none where the value is no array. */
export function asRecords(value: unknown): readonly JsonRecord[] {
  return Array.isArray(value) ? value.map(asRecord) : [];
}
