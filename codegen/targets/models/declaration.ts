import { type DeclarationText, markDeclaration } from "../../text/declaration-text.js";
import type { ObjectSchema } from "../../ir/api.js";
import { type TypeSchema, toTypeSchema } from "./type-schema.js";

/**
 * Prints `export interface Input { … }` with json-schema-to-typescript, which never sees the spec: it gets a fresh copy
 * without titles, references, formats or its own extensions.
 */
export async function printDeclaration(
  name: "Input" | "Output",
  schema: ObjectSchema,
  description: string,
): Promise<DeclarationText> {
  const { compile } = await import("json-schema-to-typescript");
  const copy = { ...toTypeSchema(schema), description };
  return markDeclaration(await compile(asLibrarySchema(copy), name, options));
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
