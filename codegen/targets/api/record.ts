/** A JSON object of any shape. */
export type JsonRecord = { readonly [key: string]: unknown };

/** Whether a value is a JSON object: neither null nor an array. */
export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === "object" && value !== null && !Array.isArray(value);
