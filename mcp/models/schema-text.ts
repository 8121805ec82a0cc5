import type { Schema } from "runcomfy-models";
import { cleanText } from "../texts/foreign-text.js";

/** Keywords whose value is a schema, a list of schemas, or schemas by name. */
const holders = ["items", "additionalProperties", "anyOf", "prefixItems", "properties", "$defs"];
const namedHolders = ["properties", "$defs"];
const wording = ["title", "description", "examples"];
const deepestSchema = 20;

/** A schema for agents: with its wording, cleaned and cut, and without this package's own keywords. */
export function describeSchema(schema: Schema): unknown {
  return copySchema(schema, true, 0);
}

/** A schema for the list of tools, which agents take for instructions: without any wording of the service. */
export function bareSchema(schema: Schema): { readonly [keyword: string]: unknown } {
  return copySchema(schema, false, 0) as { readonly [keyword: string]: unknown };
}

function copySchema(schema: unknown, isWorded: boolean, depth: number): unknown {
  if (typeof schema !== "object" || schema === null) return schema;
  if (depth > deepestSchema) return {};
  if (Array.isArray(schema)) return schema.map((one) => copySchema(one, isWorded, depth + 1));
  const keywords = Object.entries(schema).filter(
    ([keyword, value]) =>
      value !== undefined && !keyword.startsWith("x-") && (isWorded || !wording.includes(keyword)),
  );
  return Object.fromEntries(
    keywords.map(([keyword, value]): [string, unknown] => {
      if (namedHolders.includes(keyword)) return [keyword, copyEach(value, isWorded, depth)];
      if (holders.includes(keyword)) return [keyword, copySchema(value, isWorded, depth + 1)];
      return [keyword, cleanKeyword(keyword, value)];
    }),
  );
}

function copyEach(schemas: object, isWorded: boolean, depth: number): object {
  const copies = Object.entries(schemas).map(([name, schema]): [string, unknown] => [
    name,
    copySchema(schema, isWorded, depth + 1),
  ]);
  return Object.fromEntries(copies);
}

/** Allowed values must stay as they are, or they would not be allowed; all other texts are cleaned. */
function cleanKeyword(keyword: string, value: unknown): unknown {
  if (typeof value === "string" && !["const", "pattern", "$ref"].includes(keyword))
    return cleanText(value, 400);
  return value;
}
