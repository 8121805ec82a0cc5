/** A JSON value as text holds it. Where numbers are read exactly, whole numbers beyond 2^53 are `bigint`. */
export type Value = string | number | bigint | boolean | null | readonly Value[] | Fields;

/** A JSON object without a prototype, so that a key named `__proto__` is a key like any other. */
export interface Fields {
  [key: string]: Value;
}

/** Makes an object without keys and without a prototype. */
export function emptyFields(): Fields {
  return Object.create(null) as Fields;
}

/** Tells an object that may be changed from every other value. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
