import type { compile } from "json-schema-to-typescript";
import type { ObjectSchema } from "../../ir/api.js";
import { type DeclarationText, markDeclaration } from "../../text/declaration-text.js";
import { key } from "../../text/key.js";
import { type TypeNode, toTypeNode } from "./type-node.js";
import { type Direction, printFieldType, printType } from "./type-text.js";

/**
 * Prints `export interface Input { … }` or, where a schema is more than one object, `export type Input = …`, with
 * json-schema-to-typescript. It never sees the spec: its schema is made here and holds the printed type of each field. The comment
 * is given as it is to stand, through the `doc` door.
 */
export async function printDeclaration(
  name: Direction,
  schema: ObjectSchema,
  comment: string,
): Promise<DeclarationText> {
  const library = await import("json-schema-to-typescript");
  const node = toTypeNode(schema);
  const text = await library.compile({ ...toTypeSchema(node, name), ...describe(comment) }, name, options);
  return markDeclaration(node.kind === "object" ? quoteNames(text, node) : text);
}

type TypeSchema = Parameters<typeof compile>[0];

const options: Parameters<typeof compile>[2] = {
  format: false,
  bannerComment: "",
  additionalProperties: false,
  declareExternallyReferenced: false,
};

function toTypeSchema(node: TypeNode, direction: Direction): TypeSchema {
  if (node.kind !== "object") return { tsType: printType(node, direction) };
  const { fields, others } = node;
  const properties = fields.map((field): [string, TypeSchema] => [
    field.name,
    { tsType: printFieldType(field, direction), ...describe(field.comment) },
  ]);
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    required: fields.filter(({ isRequired }) => isRequired).map(({ name }) => name),
    additionalProperties: others ? { tsType: printType(others, direction) } : false,
  };
}

function describe(comment: string): Pick<TypeSchema, "description"> {
  return comment === "" ? {} : { description: comment };
}

/** Puts the names of fields through the `key` door: the library quotes them as JSON does, which escapes less. */
function quoteNames(text: string, { fields }: Extract<TypeNode, { kind: "object" }>): string {
  return fields.reduce((all, { name }) => {
    const [theirs, ours] = [JSON.stringify(name), key(name)];
    return theirs === ours || ours === name ? all : all.replace(`\n${theirs}`, () => `\n${ours}`);
  }, text);
}
