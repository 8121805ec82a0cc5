import { wordsOf } from "../notation/name-words.js";
import { isObject, typesOf } from "../notation/schema-node.js";
import type { SchemaNode } from "../notation/schema-node.js";
import type { Json } from "../../input/model.js";
import { inOrder } from "../notation/keyword-order.js";
import type { Rules } from "./rule.js";

const kinds = new Map([
  ["image", "image"],
  ["images", "image"],
  ["video", "video"],
  ["videos", "video"],
  ["audio", "audio"],
  ["audios", "audio"],
]);
const addressWords = new Set(["url", "urls", "uri", "uris"]);

/** Finds the one kind of medium that a name mentions; undefined for none and for several. */
function kindIn(words: readonly string[]): string | undefined {
  const found = new Set(words.map((word) => kinds.get(word)).filter((kind) => kind !== undefined));
  return found.size === 1 ? [...found][0] : undefined;
}

/** Tells whether a schema takes any text, as an address needs. */
function isPlainText(node: SchemaNode): boolean {
  return (
    typesOf(node).includes("string") &&
    node["enum"] === undefined &&
    node["const"] === undefined &&
    node["anyOf"] === undefined &&
    (node["format"] === undefined || node["format"] === "uri")
  );
}

function holdsAddress(node: SchemaNode): boolean {
  return [node["default"], ...((node["examples"] ?? []) as readonly Json[])]
    .flat()
    .some((value) => typeof value === "string" && /^https?:\/\//i.test(value));
}

function nameMedium(name: string, field: SchemaNode): SchemaNode {
  const words = wordsOf(name);
  const kind = kindIn(words);
  const { items } = field;
  const isList = typesOf(field).includes("array") && isObject(items);
  const text = isList ? items : field;
  const media = isObject(text["x-media"]) ? text["x-media"] : undefined;
  if (kind === undefined || media?.["kind"] !== undefined || !isPlainText(text)) return field;
  const saysAddress = words.some((word) => addressWords.has(word));
  if (!saysAddress && media === undefined && !holdsAddress(field) && !holdsAddress(text)) return field;
  const named = inOrder({ ...text, format: "uri", "x-media": { kind, ...media } });
  return isList ? { ...field, items: named } : named;
}

export const namedMediaRules: Rules = new Map([
  [
    "A text that is named after one kind of medium, and is an address by its name, limits or value, has that kind.",
    (node) => {
      const { properties } = node;
      if (!isObject(properties)) return node;
      const entries = Object.entries(properties) as [string, SchemaNode][];
      const named = entries.map(([name, field]): [string, SchemaNode] => [name, nameMedium(name, field)]);
      return named.every(([, field], at) => field === entries[at]![1])
        ? node
        : { ...node, properties: Object.fromEntries(named) };
    },
  ],
]);
