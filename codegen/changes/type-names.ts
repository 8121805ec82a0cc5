import type { Value } from "../../src/dialect/notation/fields.js";

/** Lists the types that a `type` names; undefined where it is not stated. The documentation's `float` is JSON Schema's `number`. */
export function typesOf(value: Value | undefined): Set<string> | undefined {
  return value === undefined || value === null
    ? undefined
    : new Set([value].flat().map((type) => (type === "float" ? "number" : String(type))));
}

/** Tells whether a set of types takes a type; every set that is not stated does. */
export function takes(types: Set<string> | undefined, type: string): boolean {
  return types === undefined || types.has(type) || (type === "integer" && types.has("number"));
}

/** Names the JSON type of a value; whole numbers are integers. */
export function typeOfValue(value: Value): string {
  return value === null
    ? "null"
    : Array.isArray(value)
      ? "array"
      : typeof value === "bigint" || Number.isInteger(value)
        ? "integer"
        : typeof value;
}
