import { areDisjoint } from "../notation/disjoint.js";
import { isObject, toType, typesOf, uniqueTypes, without } from "../notation/schema-node.js";
import type { SchemaNode } from "../notation/schema-node.js";
import type { Json } from "../../input/model.js";
import { show } from "../../errors/issue.js";
import type { Rules } from "./rule.js";

const known = new Set(["string", "number", "integer", "boolean", "object", "array", "null"]);

/** Words for types that documentation and other languages use. */
const otherWords = new Map([
  ["float", "number"],
  ["double", "number"],
  ["decimal", "number"],
  ["int", "integer"],
  ["int32", "integer"],
  ["int64", "integer"],
  ["long", "integer"],
  ["str", "string"],
  ["text", "string"],
  ["file", "string"],
  ["url", "string"],
  ["uri", "string"],
  ["bool", "boolean"],
  ["list", "array"],
  ["dict", "object"],
]);

function readWord(word: string): string {
  if (known.has(word)) return word;
  const plain = word.trim().toLowerCase();
  return otherWords.get(plain) ?? (known.has(plain) ? plain : word);
}

export const typeRules: Rules = new Map([
  [
    "The words float, double, int and their like mean number and integer.",
    (node) => {
      const types: readonly string[] = typesOf(node);
      return types.every((word) => readWord(word) === word)
        ? node
        : { ...node, type: toType(types.map(readWord)) };
    },
  ],
  [
    "A type that nobody knows is reported and lets anything through.",
    (node, { report }) => {
      const unknown = typesOf(node).filter((word) => !known.has(word));
      if (unknown.length === 0) return node;
      report("unknown-type", "/type", `The type ${unknown.map(show).join(", ")} is unknown.`);
      return without(node, "type");
    },
  ],
  [
    "A list of types names each type once, and a single type alone.",
    (node) => {
      if (!Array.isArray(node["type"])) return node;
      const plain = uniqueTypes(typesOf(node));
      return plain.length > 1 && plain.length === typesOf(node).length
        ? node
        : { ...node, type: toType(plain) };
    },
  ],
]);

export const impliedTypeRules: Rules = new Map([
  [
    "A schema with properties is an object and a schema with items an array, said or not.",
    (node, { placement }) => {
      // A value that is not an object meets a condition, so only the schema around it states the type.
      if (node["type"] !== undefined || placement === "condition") return node;
      if (isObject(node["properties"])) return { ...node, type: "object" };
      const isList = isObject(node["items"]) || Array.isArray(node["prefixItems"]);
      return isList && node["anyOf"] === undefined ? { ...node, type: "array" } : node;
    },
  ],
]);

export const oneOfRules: Rules = new Map([
  [
    "oneOf is anyOf where no value can fit two choices; elsewhere it is checked as anyOf, and stays for other tools.",
    (node, { report }) => {
      const { oneOf, ...rest } = node;
      if (!Array.isArray(oneOf)) return node;
      const choices = oneOf as readonly SchemaNode[];
      const isFree = node["anyOf"] === undefined;
      if (isFree && areDisjoint(choices, node)) return { ...rest, anyOf: choices };
      const what = isFree
        ? '"oneOf" is checked as "anyOf": that no second choice fits is not enforced.'
        : '"oneOf" beside "anyOf" is not enforced.';
      report("unenforced-keyword", "/oneOf", what);
      const { allOf = [] } = node;
      const kept = { ...rest, allOf: [...(allOf as readonly Json[]), { oneOf: choices }] };
      return isFree ? { ...kept, anyOf: choices } : kept;
    },
  ],
]);

/** Rules that run after those for objects, because they move the object's keywords into a choice. */
export const choiceRules: Rules = new Map([
  [
    "Words listed beside the properties of an object are another choice.",
    (node, { placement }): SchemaNode => {
      const { enum: words, properties, required, additionalProperties, type: _, ...rest } = node;
      const isSplit =
        placement !== "condition" &&
        Array.isArray(words) &&
        isObject(properties) &&
        !words.some(isObject) &&
        words.length > 0;
      if (!isSplit || node["anyOf"] !== undefined) return node;
      const object = {
        type: "object",
        properties,
        ...(Array.isArray(required) && { required }),
        additionalProperties: additionalProperties ?? Object.keys(properties).length === 0,
      };
      const flag = typeof required === "boolean" && { required };
      return { ...rest, ...flag, anyOf: [{ enum: words }, object] };
    },
  ],
]);
