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

/** Lists the keys of an object; none for every other value. */
export function keysOf(value: unknown): string[] {
  return isFields(value) ? Object.keys(value) : [];
}

/** Tells whether two values are equal as JSON; the order of keys does not count. */
export function sameValue(left: unknown, right: unknown): boolean {
  if (typeof left === "bigint" || typeof right === "bigint")
    return String(left) === String(right) || Number(left) === right || left === Number(right);
  if (Array.isArray(left) || Array.isArray(right)) {
    return (
      Array.isArray(left) &&
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => sameValue(item, right[index]))
    );
  }
  if (!isFields(left) || !isFields(right)) return Object.is(left, right) || left === right;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && sameValue(left[key], right[key]))
  );
}
