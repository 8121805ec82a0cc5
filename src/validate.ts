import { pointerTo } from "./issue.js";
import type { Issue } from "./issue.js";
import { canonical, countCodePoints, deepest, isEqual, isMultiple } from "./json-value.js";
import { checkReference } from "./media-reference.js";
import { misfit, misfitEnum, misfitKey, misfitSize, misfitType } from "./misfit.js";
import type { Json, MediaRules, Schema } from "./model.js";
import { checkPlain } from "./json-safety.js";
import { isOfType } from "./quick-check.js";

export type { Issue } from "./issue.js";

/**
 * Everything that is wrong with a value under a JSON Schema 2020-12, for the keywords of {@link Schema}; an empty array
 * when it fits. The value must be what JSON can hold: {@link checkInput} checks that too.
 */
export const check = (schema: Schema, value: unknown): Issue[] => {
  const issues: Issue[] = [];
  visit(schema, value, issues, 0);
  return issues;
};

/**
 * Everything that is wrong with a model's input, before anything is sent: values that JSON cannot carry, values that the
 * schema refuses, media that the service cannot fetch. Issues with `severity: "warning"` need not stop a job.
 */
export const checkInput = (model: { readonly input: Schema }, input: unknown): Issue[] => {
  const { issues: unsendable, walkable } = checkPlain(input);
  if (!walkable) return unsendable;
  const issues: Issue[] = [];
  visit(model.input, input, issues, 0, checkReference);
  if (model.input.additionalProperties === true) warnOfUnknown(model.input, input, issues);
  if (unsendable.length === 0) return issues;
  const isSaid = ({ path }: Issue) => unsendable.some((one) => `${path}/`.startsWith(`${one.path}/`));
  return unsendable.concat(issues.filter((issue) => !isSaid(issue)));
};

type CheckReference = (rules: MediaRules, text: string) => Issue | undefined;
type Fields = { readonly [name: string]: unknown };

/** Paths are put together on the way back from an issue, so that a value that fits costs nothing. */
const visit = (
  schema: Schema,
  value: unknown,
  issues: Issue[],
  depth: number,
  media?: CheckReference,
): void => {
  if (depth > deepest) return misfit(issues, "a deeper value", `at most ${deepest} levels`);
  if (schema.enum && !includes(schema.enum, value)) return misfitEnum(issues, value, schema.enum);
  if (schema.const !== undefined && !isEqual(schema.const, value))
    return misfitEnum(issues, value, [schema.const]);
  if (schema.type && !isOfType(schema.type, value)) return misfitType(issues, value, schema.type);
  if (schema.anyOf) visitAnyOf(schema.anyOf, value, issues, depth, media);
  if (typeof value === "string") visitString(schema, value, issues, media);
  else if (typeof value === "number") visitNumber(schema, value, issues);
  else if (Array.isArray(value)) visitArray(schema, value, issues, depth, media);
  else if (typeof value === "object" && value) visitObject(schema, value as Fields, issues, depth, media);
};

const includes = (list: readonly Json[], value: unknown): boolean => {
  for (const item of list) if (isEqual(item, value)) return true;
  return false;
};

const visitString = (schema: Schema, value: string, issues: Issue[], media?: CheckReference): void => {
  const { minLength = 0, maxLength = Infinity, "x-media": rules } = schema;
  // A text has at most as many code points as units, and at least half as many: most texts need no counting.
  if (value.length > maxLength || value.length < 2 * minLength) {
    misfitSize(issues, countCodePoints(value), "character", minLength, maxLength);
  }
  const issue = media && rules && media(rules, value);
  if (issue) issues.push(issue);
};

const visitNumber = (schema: Schema, value: number, issues: Issue[]): void => {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const expect = (limit: string) => misfit(issues, String(value), limit);
  if (minimum !== undefined && value < minimum) expect(`at least ${minimum}`);
  if (maximum !== undefined && value > maximum) expect(`at most ${maximum}`);
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) expect(`more than ${exclusiveMinimum}`);
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) expect(`less than ${exclusiveMaximum}`);
  if (multipleOf && !isMultiple(value, multipleOf)) expect(`a multiple of ${multipleOf}`);
};

const visitArray = (
  schema: Schema,
  value: readonly unknown[],
  issues: Issue[],
  depth: number,
  media?: CheckReference,
): void => {
  misfitSize(issues, value.length, "item", schema.minItems, schema.maxItems);
  if (schema.uniqueItems && new Set(value.map((item) => canonical(item))).size < value.length) {
    misfit(issues, "an item twice", "each item once");
  }
  if (!schema.items) return;
  for (let at = 0; at < value.length; at++) visitChild(at, schema.items, value[at], issues, depth, media);
};

const visitObject = (
  schema: Schema,
  value: Fields,
  issues: Issue[],
  depth: number,
  media?: CheckReference,
): void => {
  const { properties, required, additionalProperties: others } = schema;
  for (const key of Object.keys(value)) {
    const inner = properties && Object.hasOwn(properties, key) ? properties[key] : others;
    if (inner === false) issues.push({ path: pointerTo(key), ...misfitKey(key, schema) });
    else if (typeof inner === "object") visitChild(key, inner, value[key], issues, depth, media);
  }
  if (!required) return;
  for (const name of required) {
    if (!Object.hasOwn(value, name)) issues.push({ path: pointerTo(name), message: "is required" });
  }
};

const visitChild = (
  key: string | number,
  schema: Schema,
  value: unknown,
  issues: Issue[],
  depth: number,
  media?: CheckReference,
): void => {
  const from = issues.length;
  visit(schema, value, issues, depth + 1, media);
  for (let at = from; at < issues.length; at++) {
    const issue = issues[at]!;
    issues[at] = { ...issue, path: pointerTo(key) + issue.path };
  }
};

/** Reports the branch that the value was most likely meant for: of its type, with the fewest issues. */
const visitAnyOf = (
  branches: readonly Schema[],
  value: unknown,
  issues: Issue[],
  depth: number,
  media?: CheckReference,
): void => {
  let best: Issue[] | undefined;
  for (const branch of branches) {
    const found: Issue[] = [];
    visit(branch, value, found, depth + 1, media);
    if (found.length === 0) return;
    const meant = !branch.type || isOfType(branch.type, value);
    if (meant && (!best || found.length < best.length)) best = found;
  }
  if (best) issues.push(...best);
  else
    misfitType(
      issues,
      value,
      branches.flatMap((branch) => branch.type ?? []),
    );
};

const warnOfUnknown = (schema: Schema, input: unknown, issues: Issue[]): void => {
  if (!isOfType("object", input)) return;
  for (const key of Object.keys(input as Fields)) {
    if (schema.properties && Object.hasOwn(schema.properties, key)) continue;
    issues.push({ path: pointerTo(key), ...misfitKey(key, schema), severity: "warning" });
  }
};
