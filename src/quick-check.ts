import type { Json, Schema, SchemaType } from "./model.js";

/** Whether a JSON value is of the type, or of one of them. `1.0` is an integer; `null` and arrays are no objects. */
export const isOfType = (type: SchemaType | readonly SchemaType[], value: unknown): boolean => {
  if (typeof type !== "string") return type.some((one) => isOfType(one, value));
  if (type === "integer") return Number.isInteger(value);
  if (type === "array") return Array.isArray(value);
  if (type === "null") return value === null;
  return typeof value === type && (type !== "object" || (value !== null && !Array.isArray(value)));
};

/** Whether UTF-8 can carry a text: without a pair of its own, a surrogate matches by itself. */
export const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);

/** Object literals of any realm, and objects without a prototype. */
export const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
};

/** The usual address of a file, told without parsing: a host name that ends in letters, and no word that could hide another host. */
export const plainAddress =
  /^https:\/\/(?:[a-z0-9-]+\.)+(?!(?:local|localhost|internal|lan|home|arpa)\b)[a-z]{2,63}(?:\/[^\s\\]*)?$/;

const deepest = 50;
const mostValues = 10_000;
const rareWords = /^(anyOf|const|exclusive|multiple|unique)/;

/**
 * Whether an input is certainly fine. It knows the usual keywords and no words for what is wrong: where it says no, `checkInput`
 * decides, which most calls then never have to load.
 */
export const isCertainlyFine = (schema: Schema, input: unknown): boolean => {
  let left = mostValues;

  const fits = (rules: Schema, value: unknown, depth: number): boolean => {
    if (--left < 0 || depth > deepest || Object.keys(rules).some((word) => rareWords.test(word)))
      return false;
    if (rules.enum && !rules.enum.includes(value as Json)) return false;
    if (rules.type && !isOfType(rules.type, value)) return false;
    if (typeof value === "string") return fitsText(rules, value);
    if (typeof value === "number") {
      const { minimum = -Infinity, maximum = Infinity } = rules;
      const exact = Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value));
      return exact && value >= minimum && value <= maximum;
    }
    if (typeof value !== "object") return typeof value === "boolean";
    if (value === null) return true;
    if (!Array.isArray(value)) return isPlain(value) && fitsFields(rules, value, depth);
    const { items = {}, minItems = 0, maxItems = Infinity } = rules;
    if (value.length < minItems || value.length > maxItems) return false;
    for (const item of value) if (!fits(items, item, depth + 1)) return false;
    return true;
  };

  const fitsFields = (rules: Schema, value: object, depth: number): boolean => {
    const { properties = {}, required = [], additionalProperties: others } = rules;
    const isFine = (key: string): boolean => {
      const inner = Object.hasOwn(properties, key) ? properties[key] : others;
      // An open model's unknown field earns a warning.
      if (inner === false || (inner === true && depth === 0) || key === "__proto__" || !isWellFormed(key))
        return false;
      const field = Object.getOwnPropertyDescriptor(value, key)!;
      return "value" in field && fits(typeof inner === "object" ? inner : {}, field.value, depth + 1);
    };
    return required.every((key) => Object.hasOwn(value, key)) && Object.keys(value).every(isFine);
  };

  return fits(schema, input, 0);
};

const fitsText = ({ minLength = 0, maxLength = Infinity, "x-media": media }: Schema, text: string): boolean =>
  // A text has at most as many code points as units, and at least half as many.
  text.length <= maxLength &&
  text.length >= 2 * minLength &&
  isWellFormed(text) &&
  (!media || plainAddress.test(text));
