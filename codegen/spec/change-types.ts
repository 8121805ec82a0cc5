import type { Value } from "./page/json.js";

/** The types that a `type` names; null where it is not stated. The documentation's `float` is JSON Schema's `number`. */
export const typesOf = (value: Value | undefined): Set<string> | null =>
  value === undefined
    ? null
    : new Set([value].flat().map((type) => (type === "float" ? "number" : String(type))));

/** Whether a set of types takes a type; every set that is not stated does. */
export const takes = (types: Set<string> | null, type: string): boolean =>
  types === null || types.has(type) || (type === "integer" && types.has("number"));

/** The type that a value has. */
export const typeOfValue = (value: Value): string =>
  value === null
    ? "null"
    : Array.isArray(value)
      ? "array"
      : typeof value === "bigint" || Number.isInteger(value)
        ? "integer"
        : typeof value;
