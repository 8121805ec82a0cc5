import { toType, typesOf } from "../notation/schema-node.js";
import type { SchemaNode } from "../notation/schema-node.js";
import { show } from "../../errors/issue.js";
import { isEqual } from "../../input/json-value.js";
import type { Json, SchemaType } from "../../input/model.js";
import type { ProblemCode } from "../notation/problem.js";
import { hasType } from "../rules/limits.js";

/** Takes a problem; `below` is the pointer from the second schema to the keyword. */
type Report = (code: ProblemCode, below: string, what: string) => void;
type Join = (first: Json, second: Json, report: Report) => Json;

function larger(first: Json, second: Json): number {
  return Math.max(first as number, second as number);
}
function smaller(first: Json, second: Json): number {
  return Math.min(first as number, second as number);
}
function either(first: Json, second: Json): boolean {
  return first === true || second === true;
}
function both(first: Json, second: Json): readonly Json[] {
  return [...(first as readonly Json[]), ...(second as readonly Json[])];
}

const joins = new Map<string, Join>([
  ["minimum", larger],
  ["exclusiveMinimum", larger],
  ["minLength", larger],
  ["minItems", larger],
  ["maximum", smaller],
  ["exclusiveMaximum", smaller],
  ["maxLength", smaller],
  ["maxItems", smaller],
  ["uniqueItems", either],
  ["nullable", either],
  ["validations", both],
  [
    "type",
    (first, second, report) => {
      const [a, b] = [typesOf({ type: first }), typesOf({ type: second })];
      const common = [...a.flatMap((word) => findCommonTypes(word, b))];
      if (common.length > 0) return toType([...new Set(common)]);
      const what = `No value is both of type ${a.join(" or ")} and of type ${b.join(" or ")}.`;
      report("contradictory-limits", "/type", what);
      return first;
    },
  ],
  [
    "enum",
    (first, second, report) => {
      const common = (first as readonly Json[]).filter((value) => includes(second as readonly Json[], value));
      if (common.length > 0) return common;
      report("empty-enum", "/enum", "No value is in this enum and in the one that it is merged with.");
      return first;
    },
  ],
  [
    "const",
    (first, second, report) => {
      if (!isEqual(first, second))
        report("empty-enum", "/const", `No value is both ${show(first)} and ${show(second)}.`);
      return first;
    },
  ],
  [
    "required",
    (first, second, report) => {
      if (Array.isArray(first) && Array.isArray(second)) return [...new Set([...first, ...second])] as Json;
      if (!Array.isArray(first) && !Array.isArray(second)) return first === true || second === true;
      report("unenforced-keyword", "/required", '"required": true is not enforced beside a list of names.');
      return Array.isArray(first) ? first : second;
    },
  ],
  [
    "multipleOf",
    (first, second, report) => {
      const common = leastCommonMultiple(first as number, second as number);
      if (common !== undefined) return common;
      report("unenforced-keyword", "/multipleOf", `"multipleOf" is enforced only as ${show(first)}.`);
      return first;
    },
  ],
  [
    "x-media",
    (first, second, report) => {
      if (!isEqual(first, second))
        report("unenforced-keyword", "/x-media", '"x-media" is not enforced beside another.');
      return first;
    },
  ],
]);

function includes(list: readonly Json[], value: Json): boolean {
  return list.some((item) => isEqual(item, value));
}

/** Finds the types of the values that have a given type and also one of some other types. */
function findCommonTypes(word: SchemaType, others: readonly SchemaType[]): readonly SchemaType[] {
  if (others.includes(word)) return [word];
  if (word === "integer") return others.includes("number") ? ["integer"] : [];
  return word === "number" && others.includes("integer") ? ["integer"] : [];
}

function leastCommonMultiple(first: number, second: number): number | undefined {
  if (first === second) return first;
  let [a, b] = [first, second];
  while (b > 0) [a, b] = [b, a % b];
  const common = (first / a) * second;
  return Number.isSafeInteger(first) && Number.isSafeInteger(second) && Number.isSafeInteger(common)
    ? common
    : undefined;
}

/** Joins the keywords of two schemas that must both hold: of two limits the stricter is taken, of two wordings the first. */
export function joinKeywords(first: SchemaNode, second: SchemaNode, report: Report): SchemaNode {
  const result: { [keyword: string]: Json } = { ...first };
  for (const [keyword, value] of Object.entries(second)) {
    const before = first[keyword];
    if (before === undefined) result[keyword] = value;
    else result[keyword] = joins.get(keyword)?.(before, value, report) ?? before;
  }
  const fitting = fittingValues(result);
  const isOdd = [first, second].some((node) => fittingValues(node) !== undefined);
  return fitting === undefined || fitting.length === 0 || isOdd ? result : { ...result, enum: fitting };
}

/** Filters an enum by the type beside it; undefined where all values already have that type. */
function fittingValues(node: SchemaNode): readonly Json[] | undefined {
  const values = node["enum"] as readonly Json[] | undefined;
  const types = typesOf(node);
  if (values === undefined || types.length === 0) return undefined;
  const fitting = values.filter((value) => hasType(value, types));
  return fitting.length === values.length ? undefined : fitting;
}
