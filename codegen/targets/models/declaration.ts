import type { Schema } from "../../../src/input/model.js";
import { oncePerSchema } from "../../ir/schema-memo.js";
import { type DeclarationText, markDeclaration } from "../../text/declaration-text.js";
import { key } from "../../text/key.js";
import { describeDefinition } from "./comment.js";
import { type TypeNode, toTypeNode } from "./type-node.js";
import { type Direction, printComment, printFieldType, printType } from "./type-text.js";

/** Declarations without their comments, remembered by schema: models with the same schema differ in the comment alone. */
const declare = {
  Input: oncePerSchema((schema: Schema) => compileSchema("Input", schema)),
  Output: oncePerSchema((schema: Schema) => compileSchema("Output", schema)),
};

/**
 * Prints `export interface Input { … }` or, where a schema is more than one object, `export type Input = …`, with
 * json-schema-to-typescript. It never sees the spec: its schema is made here and holds the printed type of each field. The comment
 * is given as it is to stand, through the `doc` door. Schemas that contain themselves follow as declarations that are not exported.
 */
export async function printDeclaration(
  name: Direction,
  schema: Schema,
  comment: string,
): Promise<DeclarationText> {
  return markDeclaration(printComment(comment) + (await declare[name](schema)));
}

async function compileSchema(name: Direction, schema: Schema): Promise<string> {
  const { $defs = {}, ...whole } = schema;
  const texts = [await compileOne(name, whole)];
  for (const [part, definition] of Object.entries($defs)) {
    const text = await compileOne(name, definition);
    const own = text.replace(/^export (interface|type) \w+/, (_, word: string) => `${word} ${name}${part}`);
    texts.push(printComment(describeDefinition(definition)) + own);
  }
  return texts.join("\n");
}

async function compileOne(name: Direction, schema: Schema): Promise<string> {
  const node = toTypeNode(schema);
  const { compile } = await import("./declaration-library.js");
  const text = await compile(toTypeSchema(node, name), name, options);
  return node.kind === "object" ? quoteNames(text, node) : text;
}

type Library = typeof import("./declaration-library.js");
type TypeSchema = Parameters<Library["compile"]>[0];

const options: Parameters<Library["compile"]>[2] = {
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
    {
      tsType: printFieldType(field, direction),
      ...(field.comment !== "" && { description: field.comment }),
    },
  ]);
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    required: fields.filter(({ isRequired }) => isRequired).map(({ name }) => name),
    additionalProperties: others ? { tsType: printType(others, direction) } : false,
  };
}

/** Puts the names of fields through the `key` door: the library quotes them as JSON does, which escapes less. */
function quoteNames(text: string, { fields }: Extract<TypeNode, { kind: "object" }>): string {
  return fields.reduce((all, { name }) => {
    const [theirs, ours] = [JSON.stringify(name), key(name)];
    return theirs === ours || ours === name ? all : all.replace(`\n${theirs}`, () => `\n${ours}`);
  }, text);
}
