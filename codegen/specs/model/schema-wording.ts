import { wordingKeywords } from "../../../src/dialect/notation/wording-keywords.js";
import { emptyFields, isFields } from "../../../src/dialect/notation/fields.js";
import type { Value } from "../../../src/dialect/notation/fields.js";

/** The keywords whose value is data, not schema. */
const dataKeywords = new Set(["default", "enum", "const", "example", "examples", "required"]);

/** Copies a schema without titles, descriptions and messages, so that two schemas can be compared by their facts. */
export function withoutWording(value: Value, named = false): Value {
  if (Array.isArray(value)) return value.map((item: Value) => withoutWording(item));
  if (!isFields(value)) return value;
  const copy = emptyFields();
  for (const [key, item] of Object.entries(value)) {
    if (!named && wordingKeywords.has(key)) continue;
    copy[key] = dataKeywords.has(key) && !named ? item : withoutWording(item, key === "properties" && !named);
  }
  return copy;
}
