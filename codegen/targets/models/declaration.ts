import type { ObjectSchema } from "../../ir/api.js";
import { type DeclarationText, markDeclaration } from "../../text/declaration-text.js";
import { key } from "../../text/key.js";
import { type TypeNode, toTypeNode, unknownType } from "./type-node.js";

/** The direction of a type: a caller gives inputs, which may be readonly or `undefined`; the service gives outputs. */
export type Direction = "Input" | "Output";

/**
 * Prints `export interface Input { … }` or, where a schema is more than one object, `export type Input = …;`. The comment is
 * given as it is to stand, through the `doc` door.
 */
export function printDeclaration(name: Direction, schema: ObjectSchema, comment: string): DeclarationText {
  const node = toTypeNode(schema);
  const type = printType(node, name);
  const declared =
    node.kind === "object" ? `export interface ${name} ${type}` : `export type ${name} = ${type};`;
  return markDeclaration(`${printComment(comment)}${declared}`);
}

/** A type as text; whatever needs parentheses anywhere has them, and the formatter takes the idle ones away. */
function printType(node: TypeNode, direction: Direction): string {
  switch (node.kind) {
    case "text":
      return node.text;
    case "array": {
      const items = `(${printType(node.items, direction)})[]`;
      return direction === "Input" ? `readonly ${items}` : items;
    }
    case "object":
      return printObject(node, direction);
    case "union":
      return joinTypes(node.parts.flatMap(toChoices), " | ", direction);
    case "intersection":
      return joinTypes(node.parts, " & ", direction);
  }
}

/** The choices of a union inside a union are choices of the outer one. */
function toChoices(node: TypeNode): readonly TypeNode[] {
  return node.kind === "union" ? node.parts.flatMap(toChoices) : [node];
}

function joinTypes(nodes: readonly TypeNode[], sign: string, direction: Direction): string {
  const parts = [...new Set(nodes.map((part) => printType(part, direction)))];
  return parts.length === 1 ? parts[0]! : parts.map((part) => `(${part})`).join(sign);
}

const absent: TypeNode = { kind: "text", text: "undefined" };

function printObject(
  { fields, others }: Extract<TypeNode, { kind: "object" }>,
  direction: Direction,
): string {
  const lines = fields.map(({ name, type, isRequired, comment }) => {
    const mayBeAbsent = direction === "Input" && !isRequired && type !== unknownType;
    const text = printType(mayBeAbsent ? { kind: "union", parts: [type, absent] } : type, direction);
    return `${printComment(comment)}${key(name)}${isRequired ? "" : "?"}: ${text};\n`;
  });
  const rest = others && `[k: string]: ${printType(others, direction)};\n`;
  return `{\n${lines.join("")}${rest ?? ""}}`;
}

function printComment(text: string): string {
  return text === "" ? "" : `/**\n${text.replace(/^/gm, " * ").replace(/^ \* $/gm, " *")}\n */\n`;
}
