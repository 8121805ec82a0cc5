import type { Json } from "../../input/model.js";
import { isNumberText, numberKeywords } from "../notation/number-text.js";
import { isObject, without } from "../notation/schema-node.js";
import type { SchemaNode } from "../notation/schema-node.js";
import type { Rules } from "./rule.js";

/** Rules for forms of older drafts of JSON Schema, of OpenAPI, for numbers as text, and for schemas that are true or false. */
export const olderForms: Rules = new Map([
  [
    "A limit that is written as text is the number that it spells.",
    (node) => {
      const spelled = Object.entries(node).filter(
        ([keyword, value]) => numberKeywords.has(keyword) && typeof value === "string" && isNumberText(value),
      );
      if (spelled.length === 0) return node;
      return { ...node, ...Object.fromEntries(spelled.map(([keyword, value]) => [keyword, Number(value)])) };
    },
  ],
  [
    "Fields in a list are fields by their names.",
    (node) => {
      const { properties } = node;
      if (!Array.isArray(properties)) return node;
      const fields = properties.filter(isObject);
      if (fields.length < properties.length || !fields.every(({ name }) => typeof name === "string"))
        return node;
      const named = fields.map((field) => [field["name"] as string, without(field, "name")] as const);
      return { ...node, properties: Object.fromEntries(named) };
    },
  ],
  [
    "x-nullable is the older name of nullable.",
    (node) => {
      const isNullable = node["x-nullable"];
      return typeof isNullable === "boolean"
        ? { nullable: isNullable, ...without(node, "x-nullable") }
        : node;
    },
  ],
  [
    "Schemas of the first items are under prefixItems, and those of the others under items.",
    (node) => {
      const { items, additionalItems } = node;
      if (!Array.isArray(items)) return without(node, "additionalItems");
      const rest = without(node, "items", "additionalItems");
      const others = additionalItems === undefined ? {} : { items: additionalItems };
      return items.length === 0 ? { ...rest, ...others } : { ...rest, prefixItems: items, ...others };
    },
  ],
  [
    "Items that are refused are a limit of their number.",
    (node) => {
      if (node["items"] !== false) return node;
      const { prefixItems, maxItems } = node;
      const most = Array.isArray(prefixItems) ? prefixItems.length : 0;
      return {
        ...without(node, "items"),
        maxItems: typeof maxItems === "number" ? Math.min(maxItems, most) : most,
      };
    },
  ],
  [
    "A field that is refused is not a field of an object without further ones.",
    (node) => {
      const { properties, additionalProperties: others } = node;
      const isClosed = others === undefined || others === false;
      if (!isClosed || !isObject(properties) || !Object.values(properties).includes(false)) return node;
      const kept = Object.entries(properties).filter(([, field]) => field !== false);
      return { ...node, properties: Object.fromEntries(kept) };
    },
  ],
  [
    "A choice that fits no value is no choice.",
    (node) => {
      let result = node;
      for (const keyword of ["anyOf", "oneOf"]) {
        const choices = result[keyword];
        if (!Array.isArray(choices) || !choices.includes(false) || choices.every((one) => one === false))
          continue;
        result = { ...result, [keyword]: choices.filter((one) => one !== false) as Json };
      }
      return result;
    },
  ],
  [
    "Dependencies name fields that others need, or hold a schema.",
    (node) => {
      const { dependencies } = node;
      if (!isObject(dependencies)) return node;
      const [lists, schemas] = [true, false].map((isList) =>
        Object.fromEntries(
          Object.entries(dependencies).filter(([, value]) => Array.isArray(value) === isList),
        ),
      );
      return {
        ...addEntries("dependentRequired", lists!),
        ...addEntries("dependentSchemas", schemas!),
        ...without(node, "dependencies"),
      };
    },
  ],
  [
    "Examples are a list.",
    (node) => {
      const { examples } = node;
      if (examples === undefined || Array.isArray(examples)) return node;
      if (!isObject(examples)) return { ...node, examples: [examples] };
      const values = Object.values(examples).map((one) =>
        isObject(one) && one["value"] !== undefined ? one["value"] : one,
      );
      return { ...node, examples: values };
    },
  ],
]);

function addEntries(keyword: string, entries: SchemaNode): SchemaNode {
  return Object.keys(entries).length === 0 ? {} : { [keyword]: entries };
}
