import type { Schema } from "runcomfy-models";
import { cleanText } from "../texts/foreign-text.js";

const deepestSchema = 20;

/** Keywords whose value is a schema or a list of schemas. */
const holders = ["items", "additionalProperties", "anyOf", "prefixItems"];

/** Keywords whose value is schemas by name. */
const namedHolders = ["properties", "$defs"];

/** Keywords that the list of tools may have: none that holds free text. */
const bareKeywords = [
  ...holders,
  ...namedHolders,
  "$ref",
  "type",
  "enum",
  "const",
  "required",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "uniqueItems",
];

/** A schema for agents: with its wording, cleaned and cut, and without this package's own keywords. */
export function describeSchema(schema: Schema): unknown {
  return copySchema(schema, (keyword) => !keyword.startsWith("x-"), 0);
}

/** A schema for the list of tools, which agents take for instructions: without any wording. */
export function bareSchema(schema: Schema): unknown {
  return copySchema(schema, (keyword) => bareKeywords.includes(keyword), 0);
}

/** True where the names of a schema's fields, or the values that it allows, are long enough to be sentences. */
export function hasSentences(bare: unknown): boolean {
  return listTexts(bare).some(
    (text) => text.length > 64 || !/^[\w.:/+#$-]*(?: [\w.:/+#$-]+){0,2}$/.test(text),
  );
}

function copySchema(schema: unknown, isKept: (keyword: string) => boolean, depth: number): unknown {
  if (typeof schema !== "object" || schema === null) return schema;
  if (depth > deepestSchema) return {};
  if (Array.isArray(schema)) return schema.map((one) => copySchema(one, isKept, depth + 1));
  const keywords = Object.entries(schema).filter(
    ([keyword, value]) => value !== undefined && isKept(keyword),
  );
  return Object.fromEntries(
    keywords.map(([keyword, value]): [string, unknown] => {
      if (holders.includes(keyword)) return [keyword, copySchema(value, isKept, depth + 1)];
      if (!namedHolders.includes(keyword)) return [keyword, cleanKeyword(keyword, value)];
      const named = Object.entries(Object(value) as object);
      return [
        keyword,
        Object.fromEntries(named.map(([name, one]) => [name, copySchema(one, isKept, depth + 1)])),
      ];
    }),
  );
}

/** Values that are compared must stay as they are; all other texts are cleaned. */
function cleanKeyword(keyword: string, value: unknown): unknown {
  const isText = typeof value === "string" && !["const", "pattern", "$ref"].includes(keyword);
  return isText ? cleanText(value, 400) : value;
}

/** All texts of a value, the names of its fields among them. */
function listTexts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  const names = Array.isArray(value) ? [] : Object.keys(value);
  return [...names, ...Object.values(value).flatMap(listTexts)];
}
