import { makeIssue, pointerTo } from "../errors/issue.js";
import type { Issue, Problem } from "../errors/issue.js";

/** The state of a walk through a value and the values inside it. */
export interface Walk {
  /** Set where the value is to be sent: names and getters that JSON cannot carry are then issues. */
  readonly isInput: boolean;
  /** The issues so far: at most one more than are listed in the end. */
  readonly issues: Issue[];
  /** The keys that lead to the current value, numbers for places in arrays. */
  readonly keys: (string | number)[];
  /** The objects and arrays around the current value. */
  readonly parents: object[];
  /** The number of values that may still be visited. */
  valuesLeft: number;
}

const deepest = 100;
const mostValues = 1_000_000;
const mostIssues = 100;

export function startWalk(isInput: boolean): Walk {
  return { isInput, issues: [], keys: [], parents: [], valuesLeft: mostValues };
}

/** Counts one value. Reports whether it may be visited: false when the bounds of values or of issues are reached. */
export function takeValue(walk: Walk): boolean {
  return --walk.valuesLeft >= 0 && hasRoom(walk.issues);
}

/** Reports whether a list of issues takes another one. */
export function hasRoom(issues: readonly Issue[]): boolean {
  return issues.length <= mostIssues;
}

/** Adds an issue at the current value, or at one of its fields. */
export function note({ issues, keys }: Walk, problem: Problem, ...more: string[]): void {
  if (hasRoom(issues))
    issues.push(makeIssue({ ...problem, path: [...keys, ...more].map(pointerTo).join("") }));
}

/**
 * Calls `visit` for each item of an array and for each field of an object, with its key. Fields that are `undefined` count as
 * left out. Getters are never run.
 */
export function enter(
  walk: Walk,
  value: object,
  visit: (value: unknown, key: string | number) => void,
): void {
  const { keys, parents } = walk;
  function visitKey(key: string | number): void {
    const own = Object.getOwnPropertyDescriptor(value, key);
    const isName = typeof key === "string";
    if (isName && isLeftOut(own)) return;
    keys.push(key);
    if (own?.get) note(walk, { code: "not_sendable", given: "a getter", expected: "its value" });
    else if (isName && walk.isInput && (key === "__proto__" || /\p{Surrogate}/u.test(key)))
      note(walk, { code: "not_sendable", reason: "is not a name that can be sent" });
    else visit(own?.value, key);
    keys.pop();
  }
  const isBounded = () => walk.valuesLeft >= 0 && hasRoom(walk.issues);
  if (parents.includes(value)) return note(walk, { code: "not_sendable", reason: "contains itself" });
  if (parents.length === deepest)
    return note(walk, { code: "not_sendable", reason: `is more than ${deepest} levels deep` });
  parents.push(value);
  if (Array.isArray(value)) for (let at = 0; at < value.length && isBounded(); at++) visitKey(at);
  else for (const key of Object.keys(value)) if (isBounded()) visitKey(key);
  parents.pop();
}

/** Reports whether a field is missing, or is there with the value `undefined`, which JSON drops. */
export function isLeftOut(own: PropertyDescriptor | undefined): boolean {
  return !own?.get && own?.value === undefined;
}

/** The issues of a walk, then the warnings, at most 100 of both. One more says where there are others. */
export function finish(walk: Walk, warnings: readonly Issue[] = []): Issue[] {
  const { issues, valuesLeft } = walk;
  if (valuesLeft < 0) note(walk, { code: "not_sendable", reason: `holds more than ${mostValues} values` });
  const all = [...issues, ...warnings];
  if (!hasRoom(all)) {
    all.length = mostIssues;
    const reason = `has more than ${mostIssues} issues; the others are not listed`;
    all.push(makeIssue({ code: "more", reason, ...(hasRoom(issues) && { severity: "warning" }) }));
  }
  return all;
}
