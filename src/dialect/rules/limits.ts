import { toType, typesOf, without } from "../notation/schema-node.js";
import { show } from "../../errors/issue.js";
import type { Json } from "../../input/model.js";
import type { Rules } from "./rule.js";

const exclusive = [
  ["exclusiveMinimum", "minimum"],
  ["exclusiveMaximum", "maximum"],
] as const;

const pairs = [
  ["minimum", "maximum", false],
  ["minLength", "maxLength", false],
  ["minItems", "maxItems", false],
  ["exclusiveMinimum", "maximum", true],
  ["minimum", "exclusiveMaximum", true],
  ["exclusiveMinimum", "exclusiveMaximum", true],
] as const;

function typeOf(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

/** Tells whether a value is of one of the types. */
export function hasType(value: Json, types: readonly string[]): boolean {
  const type = typeOf(value);
  return types.includes(type) || (type === "integer" && types.includes("number"));
}

export const enumRules: Rules = new Map([
  [
    "An enum lists at least one value, and each once.",
    (node, { report }) => {
      const values = node["enum"] as readonly Json[] | undefined;
      if (values === undefined) return node;
      if (values.length === 0) {
        report("empty-enum", "/enum", "The enum lists no value.");
        return without(node, "enum");
      }
      const seen = new Set<string>();
      const unique = values.filter((value, at) => {
        const text = JSON.stringify(value);
        if (!seen.has(text)) return seen.add(text);
        report("duplicate-enum-value", `/enum/${at}`, `The enum lists ${show(value)} twice.`);
        return false;
      });
      return unique.length === values.length ? node : { ...node, enum: unique };
    },
  ],
]);

export const exclusiveRules: Rules = new Map([
  [
    "A limit marked exclusive is an exclusive limit.",
    (node) => {
      let result = node;
      for (const [keyword, plain] of exclusive) {
        if (typeof result[keyword] !== "boolean") continue;
        const limit = result[plain];
        const moves = result[keyword] === true && typeof limit === "number";
        result = moves ? { ...without(result, plain), [keyword]: limit } : without(result, keyword);
      }
      return result;
    },
  ],
]);

/** Runs before null is added to what a const or an enum lists. */
export const constRules: Rules = new Map([
  [
    "A const is one of the values of an enum beside it.",
    (node, { report }) => {
      const values = node["enum"] as readonly Json[] | undefined;
      const only = node["const"];
      if (values === undefined || only === undefined) return node;
      const text = JSON.stringify(only);
      if (!values.some((value) => JSON.stringify(value) === text))
        report("empty-enum", "/const", `The const ${show(only)} is not in the enum.`);
      return without(node, "enum");
    },
  ],
]);

export const limitRules: Rules = new Map([
  [
    "Limits leave room for a value.",
    (node, { report }) => {
      let result = node;
      for (const [low, high, strict] of pairs) {
        const [from, to] = [result[low], result[high]];
        if (typeof from !== "number" || typeof to !== "number") continue;
        if (from < to || (from === to && !strict)) continue;
        report("contradictory-limits", `/${low}`, `"${low}" is ${from} and "${high}" is ${to}.`);
        result = without(result, low, high);
      }
      return result;
    },
  ],
  [
    "The values of an enum or a const decide its type.",
    (node, { report }) => {
      const only = node["const"];
      const values = only === undefined ? (node["enum"] as readonly Json[] | undefined) : [only];
      const types = typesOf(node);
      if (values === undefined || types.length === 0 || values.every((value) => hasType(value, types)))
        return node;
      const real = [...new Set(values.map(typeOf))];
      const outlier = values.find((value) => !hasType(value, types))!;
      const place = only === undefined ? "/enum" : "/const";
      report(
        "enum-type-mismatch",
        place,
        `The type is ${types.join(" or ")}, but ${show(outlier)} is listed.`,
      );
      return {
        ...node,
        type: toType(real.includes("number") ? real.filter((type) => type !== "integer") : real),
      };
    },
  ],
]);
