import { key } from "../../text/key.js";
import { type TypeField, type TypeNode, unknownType } from "./type-node.js";

/** The direction of a type: a caller gives inputs, which may be readonly or `undefined`; the service gives outputs. */
export type Direction = "Input" | "Output";

/** A type as text; whatever needs parentheses anywhere has them, and the formatter takes the idle ones away. */
export function printType(node: TypeNode, direction: Direction): string {
  switch (node.kind) {
    case "text":
      return node.text;
    case "media":
      return direction === "Input" ? "MediaUrl" : "string";
    case "array": {
      const items = `(${printType(node.items, direction)})[]`;
      return direction === "Input" ? `readonly ${items}` : items;
    }
    case "tuple":
      return printTuple(node, direction);
    case "reference":
      return direction + node.name;
    case "object":
      return printObject(node, direction);
    case "union":
      return joinTypes(node.parts.flatMap(toChoices), " | ", direction);
    case "intersection":
      return joinTypes(node.parts, " & ", direction);
  }
}

function printTuple(
  { places, least, others }: Extract<TypeNode, { kind: "tuple" }>,
  direction: Direction,
): string {
  const items = places.map((place, at) => `(${printType(place, direction)})${at < least ? "" : "?"}`);
  const rest = others === undefined ? [] : [`...(${printType(others, direction)})[]`];
  return `${direction === "Input" ? "readonly " : ""}[${[...items, ...rest].join(", ")}]`;
}

const absent: TypeNode = { kind: "text", text: "undefined" };

/** The type of a field: an input's field that may be left out may be `undefined`, too. */
export function printFieldType({ type, isRequired }: TypeField, direction: Direction): string {
  const mayBeAbsent = direction === "Input" && !isRequired && type !== unknownType;
  return printType(mayBeAbsent ? { kind: "union", parts: [type, absent] } : type, direction);
}

/** The choices of a union inside a union are choices of the outer one. */
function toChoices(node: TypeNode): readonly TypeNode[] {
  return node.kind === "union" ? node.parts.flatMap(toChoices) : [node];
}

function joinTypes(nodes: readonly TypeNode[], sign: string, direction: Direction): string {
  const parts = [...new Set(nodes.map((part) => printType(part, direction)))];
  return parts.length === 1 ? parts[0]! : parts.map((part) => `(${part})`).join(sign);
}

function printObject(
  { fields, others }: Extract<TypeNode, { kind: "object" }>,
  direction: Direction,
): string {
  const lines = fields.map((field) => {
    const mark = field.isRequired ? "" : "?";
    return `${printComment(field.comment)}${key(field.name)}${mark}: ${printFieldType(field, direction)};\n`;
  });
  const rest = others && `[k: string]: ${printType(others, direction)};\n`;
  return `{\n${lines.join("")}${rest ?? ""}}`;
}

/** A comment above a declaration or a field; its text has come through the `doc` door. */
export function printComment(text: string): string {
  return text === "" ? "" : `/**\n${text.replace(/^/gm, " * ").replace(/^ \* $/gm, " *")}\n */\n`;
}
