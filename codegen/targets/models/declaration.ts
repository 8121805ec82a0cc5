import { type DeclarationText, markDeclaration } from "../../text/declaration-text.js";
import type { ObjectSchema } from "../../ir/api.js";
import { type TypeSchema, toTypeSchema } from "./type-schema.js";

/** Declarations by the schema that they were printed from, under a comment that stands for the model's own. */
const printed = new WeakMap<ObjectSchema, Map<string, Promise<string>>>();
const placeholder = "Comment.";

/**
 * Prints `export interface Input { … }` with json-schema-to-typescript, which never sees the spec: it gets a fresh copy
 * without titles, references, formats or its own extensions. Models that share a schema differ in their comment alone.
 *
 * @throws Error when the printer did not put the comment at the top, which only a fault of the generator can cause.
 */
export async function printDeclaration(
  name: "Input" | "Output",
  schema: ObjectSchema,
  description: string,
): Promise<DeclarationText> {
  const known = printed.get(schema) ?? new Map<string, Promise<string>>();
  printed.set(schema, known);
  const text = known.get(name) ?? compileSchema(name, schema);
  known.set(name, text);
  const whole = await text;
  const start = toComment(placeholder);
  if (!whole.startsWith(start)) throw new Error(`The comment of ${name} does not stand at its top.`);
  return markDeclaration(toComment(description) + whole.slice(start.length));
}

async function compileSchema(name: string, schema: ObjectSchema): Promise<string> {
  const { compile } = await import("json-schema-to-typescript");
  const copy = { ...toTypeSchema(schema), description: placeholder };
  return compile(asLibrarySchema(copy), name, options);
}

function toComment(text: string): string {
  if (text === "") return "";
  return ["/**", ...text.split("\n").map((line) => ` * ${line}`), " */", ""].join("\n");
}

const options = {
  format: false,
  bannerComment: "",
  additionalProperties: false,
  ignoreMinAndMaxItems: true,
  declareExternallyReferenced: false,
  unknownAny: true,
};

type LibrarySchema = Parameters<(typeof import("json-schema-to-typescript"))["compile"]>[0];

/** The library's own type of a schema knows neither `undefined` properties nor exact optional ones. */
function asLibrarySchema(schema: TypeSchema): LibrarySchema {
  return schema as LibrarySchema;
}
