import type { Fields, Value } from "../import/page/page-json.js";
import { isFields, WORDING } from "../import/page/schema-kinds.js";

/** Keywords that hold a number. */
const NUMBERS = new Set([
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "minProperties",
  "maxProperties",
]);
const MAPS = new Set(["properties", "$defs", "definitions", "patternProperties"]);
const SCHEMAS = new Set([
  "items",
  "additionalProperties",
  "not",
  "if",
  "then",
  "else",
  "contains",
  "propertyNames",
]);
const LISTS = new Set(["anyOf", "oneOf", "allOf", "prefixItems"]);
const WRAPPERS = ["input_schema", "json_schema", "schema", "input"];

/**
 * The schema of a catalogue entry as an object: it may come as JSON text, or wrapped in an object of one name.
 *
 * @returns a sentence where there is none.
 */
export function findSchema(value: unknown): Fields | string {
  if (value === undefined || value === null) return "it has no input_schema";
  if (typeof value === "string") {
    try {
      const inner: unknown = JSON.parse(value);
      return typeof inner === "string" ? "its input_schema is text, not a schema" : findSchema(inner);
    } catch {
      return "its input_schema is text, not a schema";
    }
  }
  if (!isFields(value)) return "its input_schema is not an object";
  const keys = Object.keys(value);
  if (keys.length === 0) return "its input_schema is empty";
  const inner = keys.length === 1 && WRAPPERS.includes(keys[0]!) ? value[keys[0]!] : undefined;
  return isFields(inner) ? inner : value;
}

/**
 * A schema with what the wire did to it undone: numbers that came as text where only a number may stand, whole numbers that
 * JavaScript cannot hold, titles and descriptions without a word. Nothing else is touched. The schema must not be deep.
 */
export function mendSchema(schema: Fields): Fields {
  const isNumeric = [schema["type"]]
    .flat()
    .some((type) => /^(?:integer|number|float|int|double)$/.test(String(type)));
  const mended = Object.create(null) as Fields;
  for (const [key, value] of Object.entries(schema)) {
    if (WORDING.has(key) && (value === null || (typeof value === "string" && value.trim() === ""))) continue;
    mended[key] = mendKeyword(key, value, isNumeric);
  }
  return mended;
}

function mendKeyword(key: string, value: Value, isNumeric: boolean): Value {
  if (NUMBERS.has(key)) return toNumber(value, 1);
  if (key === "default" || key === "example") return isNumeric ? toNumber(value, 16) : value;
  if ((key === "enum" || key === "examples") && Array.isArray(value))
    return isNumeric ? value.map((item: Value) => toNumber(item, 16)) : value;
  if (MAPS.has(key) && isFields(value)) return mendEach(value);
  if (SCHEMAS.has(key) && isFields(value)) return mendSchema(value);
  if (LISTS.has(key) && Array.isArray(value))
    return value.map((item: Value) => (isFields(item) ? mendSchema(item) : item));
  return value;
}

function mendEach(schemas: Fields): Fields {
  const mended = Object.create(null) as Fields;
  for (const [name, schema] of Object.entries(schemas))
    mended[name] = isFields(schema) ? mendSchema(schema) : schema;
  return mended;
}

/** Text of at least so many digits as the number that it spells; anything else as it is. */
function toNumber(value: Value, digits: number): Value {
  if (typeof value !== "string" || value.length < digits || value.length > 40) return value;
  if (!/^-?\d+(?:\.\d+)?$/.test(value)) return value;
  const number = Number(value);
  return Number.isInteger(number) && !Number.isSafeInteger(number) && !value.includes(".")
    ? BigInt(value)
    : number;
}
