import type { Value } from "../import/page/page-json.js";

/** The types that a `type` names; null where it is not stated. The documentation's `float` is JSON Schema's `number`. */
export function typesOf(value: Value | undefined): Set<string> | null {
  return value === undefined
    ? null
    : new Set([value].flat().map((type) => (type === "float" ? "number" : String(type))));
}

/** Whether a set of types takes a type; every set that is not stated does. */
export function takes(types: Set<string> | null, type: string): boolean {
  return types === null || types.has(type) || (type === "integer" && types.has("number"));
}

/** The type that a value has. */
export function typeOfValue(value: Value): string {
  return value === null
    ? "null"
    : Array.isArray(value)
      ? "array"
      : typeof value === "bigint" || Number.isInteger(value)
        ? "integer"
        : typeof value;
}
