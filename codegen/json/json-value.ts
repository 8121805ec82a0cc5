import { isFields } from "../../src/dialect/notation/fields.js";

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
