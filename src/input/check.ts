import { makeIssue, pointerTo } from "../errors/issue.js";
import type { Issue, Problem } from "../errors/issue.js";
import { isOfType } from "./json-value.js";
import { checkAddress, mediaForms } from "./media-address.js";
import { compare, mismatchKey, mismatchType } from "./mismatch.js";
import type { Schema } from "./model.js";
import { anything, resolveReference } from "./reference.js";
import { findUnsendable } from "./sendable.js";
import { isLeftOut, mostIssues, startWalk } from "./walk.js";

export type { Issue } from "../errors/issue.js";

/**
 * Everything that is wrong with a value under a JSON Schema 2020-12, for the keywords of {@link Schema}; an empty array
 * when it fits. The value must be what JSON can hold: {@link checkInput} checks that too. At most 100 issues, and one with the
 * code `more` where there are others.
 */
export function check(schema: Schema, value: unknown): Issue[] {
  return inspect(schema, value, false);
}

/**
 * Everything that is wrong with a model's input, before anything is sent: values that JSON cannot carry, values that the
 * schema refuses, media that the service cannot fetch. Issues with `severity: "warning"` need not stop a job. At most 100 issues,
 * and one with the code `more` where there are others.
 */
export function checkInput(model: { readonly input: Schema }, input: unknown): Issue[] {
  return inspect(model.input, input, true);
}

/** Walks a value and its schema together. */
function inspect(whole: Schema, input: unknown, isInput: boolean): Issue[] {
  const walk = startWalk(isInput);
  const { issues } = walk;
  const warnings: Issue[] = [];

  const note = (problem: Problem, ...field: string[]) => walk.note(makeIssue(problem), ...field);

  /**
   * Visits one value. It is not compared with its schema where JSON cannot carry it, and not compared as a whole where a value
   * inside it is wrong.
   */
  function visit(schema: Schema, value: unknown): void {
    if (schema.$ref) return visit(resolveReference(whole, schema.$ref), value);
    const problem = isInput && findInputProblem(schema, value);
    if (problem) return walk.note(problem);
    const before = issues.length;
    if (typeof value === "object" && value) {
      walk.enter(value, (child, key) => visitChild(schema, child, key, value === input));
      if (!Array.isArray(value))
        for (const key of schema.required ?? [])
          if (isLeftOut(Object.getOwnPropertyDescriptor(value, key))) note({ code: "required" }, key);
    }
    const isSound = issues.length === before && walk.hasRoom();
    if (compare(schema, value, isSound, note) && isSound && schema.anyOf) visitBranches(schema.anyOf, value);
  }

  function visitChild(schema: Schema, value: unknown, key: string | number, isOutermost: boolean): void {
    const { properties = {}, additionalProperties, patternProperties, prefixItems = [], items } = schema;
    const isKnown = Object.hasOwn(properties, key);
    // The patterns are not compared with names, so any name may be one of theirs.
    const others = patternProperties ? anything : additionalProperties;
    const inner = typeof key === "number" ? (prefixItems[key] ?? items) : isKnown ? properties[key] : others;
    if (inner === false) return note(mismatchKey(key, properties));
    // An open model takes any name, so an unknown one may be right or mistyped.
    if (inner === true && isInput && isOutermost && schema === whole && warnings.length <= mostIssues)
      warnings.push(
        makeIssue({ ...mismatchKey(key, properties), path: pointerTo(key), severity: "warning" }),
      );
    visit(typeof inner === "object" ? inner : anything, value);
  }

  /** Reports the branch that the value was most likely meant for: of its type, with the fewest issues. */
  function visitBranches(branches: readonly Schema[], value: unknown): void {
    const before = issues.length;
    let best: Issue[] | undefined;
    for (const branch of branches) {
      visit(branch, value);
      const wrong = issues.splice(before);
      if (wrong.length === 0) return;
      const isMeant = !branch.type || isOfType(branch.type, value);
      if (isMeant && wrong.length < (best?.length ?? Infinity)) best = wrong;
    }
    if (best) issues.push(...best);
    else note(mismatchBranches(value, branches));
  }

  visit(whole, input);
  return walk.finish(warnings);
}

function mismatchBranches(value: unknown, branches: readonly Schema[]): Problem {
  return mismatchType(
    value,
    branches.flatMap(({ type = [] }) => type),
  );
}

function findInputProblem(schema: Schema, value: unknown): Partial<Issue> | undefined {
  const media = schema["x-media"];
  const issue = findUnsendable(value, media && mediaForms);
  if (issue || !media || typeof value !== "string") return issue;
  const problem = checkAddress(media, value);
  return problem && makeIssue(problem);
}
