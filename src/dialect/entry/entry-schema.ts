import type { Fields, Value } from "../notation/fields.js";
import { emptyFields, isFields } from "../notation/fields.js";
import { isNumberText, numberKeywords } from "../notation/number-text.js";
import { wordingKeywords } from "../notation/wording-keywords.js";

const mapKeywords = new Set(["properties", "$defs", "definitions", "patternProperties"]);
const schemaKeywords = new Set([
  "items",
  "additionalProperties",
  "not",
  "if",
  "then",
  "else",
  "contains",
  "propertyNames",
]);
const listKeywords = new Set(["anyOf", "oneOf", "allOf", "prefixItems"]);
const wrappers = ["input_schema", "json_schema", "schema", "input"];

/** The sentence for an entry whose schema has too many levels. */
export const tooDeep = "its input_schema is nested too deeply";

/** The sentence for an entry whose schema is text that is not JSON. */
export const notJson = "its input_schema is text, not a schema";

/**
 * Finds the schema of a catalogue entry as an object: it may come as JSON text, or wrapped in an object of one name. `parse` reads such a
 * text, and gives a sentence where it cannot.
 *
 * @returns a sentence where there is none.
 */
export function findSchema(
  value: unknown,
  parse: (text: string) => { readonly value: Value } | string,
): Fields | string {
  if (value === undefined || value === null) return "it has no input_schema";
  if (typeof value === "string") {
    const reading = parse(value);
    if (typeof reading === "string") return reading;
    return typeof reading.value === "string" ? notJson : findSchema(reading.value, parse);
  }
  if (!isFields(value)) return "its input_schema is not an object";
  const keys = Object.keys(value);
  if (keys.length === 0) return "its input_schema is empty";
  const inner = keys.length === 1 && wrappers.includes(keys[0]!) ? value[keys[0]!] : undefined;
  return isFields(inner) ? inner : value;
}

/**
 * Copies a schema and undoes three habits of the wire: numbers as text where only a number may stand, whole numbers as text because
 * JavaScript cannot hold them, and titles and descriptions without a word. The schema must not be deep.
 */
export function fixSchema(schema: Fields): Fields {
  const isNumeric = [schema["type"]]
    .flat()
    .some((type) => /^(?:integer|number|float|int|double)$/.test(String(type)));
  const fixed = emptyFields();
  for (const [key, value] of Object.entries(schema)) {
    if (wordingKeywords.has(key) && (value === null || (typeof value === "string" && value.trim() === "")))
      continue;
    fixed[key] = fixKeyword(key, value, isNumeric);
  }
  return fixed;
}

function fixKeyword(key: string, value: Value, isNumeric: boolean): Value {
  if (numberKeywords.has(key)) return toNumber(value, 1);
  if (key === "default" || key === "example") return isNumeric ? toNumber(value, 16) : value;
  if ((key === "enum" || key === "examples") && Array.isArray(value))
    return isNumeric ? value.map((item: Value) => toNumber(item, 16)) : value;
  if (mapKeywords.has(key) && isFields(value)) return fixEach(value);
  if (schemaKeywords.has(key) && isFields(value)) return fixSchema(value);
  if (listKeywords.has(key) && Array.isArray(value))
    return value.map((item: Value) => (isFields(item) ? fixSchema(item) : item));
  return value;
}

function fixEach(schemas: Fields): Fields {
  const fixed = emptyFields();
  for (const [name, schema] of Object.entries(schemas))
    fixed[name] = isFields(schema) ? fixSchema(schema) : schema;
  return fixed;
}

/** Turns text of at least so many digits into the number that it spells; gives anything else as it is. */
function toNumber(value: Value, digits: number): Value {
  if (typeof value !== "string" || value.length < digits || !isNumberText(value)) return value;
  const number = Number(value);
  return Number.isInteger(number) && !Number.isSafeInteger(number) && !value.includes(".")
    ? BigInt(value)
    : number;
}

/** Adds to a schema without a list of required fields those that its entry lists beside it. */
export function addRequired(schema: Fields, needed: unknown): Fields {
  const { properties, required } = schema;
  if (required !== undefined && required !== null) return schema;
  if (!isFields(properties) || !Array.isArray(needed)) return schema;
  const names = needed.filter((name) => typeof name === "string" && Object.hasOwn(properties, name));
  return names.length === 0 ? schema : { ...schema, required: names as string[] };
}
