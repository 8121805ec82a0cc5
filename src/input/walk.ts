import { pointerTo } from "../errors/issue.js";
import type { Issue } from "../errors/issue.js";

/** A walk through a value and the values inside it. */
export interface Walk {
  /** The issues so far: at most one more than are listed in the end. */
  readonly issues: Issue[];
  /** Adds an issue at the current value, or at one of its fields; by default one of a value that JSON cannot carry. */
  note(issue: Partial<Issue>, field?: string): void;
  /** True until the bound of values or of issues is reached. */
  hasRoom(): boolean;
  /**
   * Calls `visit` for each item of an array and for each field of an object, with its key. Fields that are `undefined` count as
   * left out. Getters are never run.
   */
  enter(value: object, visit: (value: unknown, key: string | number) => void): void;
  /** The issues, then the warnings, at most 100 of both. One more says where there are others. */
  finish(warnings?: readonly Issue[]): Issue[];
}

const deepest = 100;
const mostValues = 1_000_000;
/** The most issues that are listed. */
export const mostIssues = 100;

/** Begins a walk. In an input, which is to be sent, names that JSON cannot carry are issues, too. */
export function startWalk(isInput: boolean): Walk {
  const issues: Issue[] = [];
  const keys: (string | number)[] = [];
  const parents: object[] = [];
  let values = 0;

  function note(issue: Partial<Issue>, ...field: string[]): void {
    const path = [...keys, ...field].map(pointerTo).join("");
    const message = `${issue.given} given; expected ${issue.expected}`;
    if (issues.length <= mostIssues) issues.push({ code: "not_sendable", message, ...issue, path });
  }

  function hasRoom(): boolean {
    return values <= mostValues && issues.length <= mostIssues;
  }

  function enter(value: object, visit: (value: unknown, key: string | number) => void): void {
    if (parents.includes(value)) return note({ message: "contains itself" });
    if (parents.length === deepest) return note({ message: `is more than ${deepest} levels deep` });
    parents.push(value);
    const names = Array.isArray(value) ? undefined : Object.keys(value);
    const { length } = names ?? (value as unknown[]);
    for (let at = 0; at < length && hasRoom(); at++) {
      const key = names ? names[at]! : at;
      const own = Object.getOwnPropertyDescriptor(value, key);
      if (names && isLeftOut(own)) continue;
      values++;
      keys.push(key);
      if (own?.get) note({ given: "a getter", expected: "its value" });
      else if (isInput && /^__proto__$|\p{Surrogate}/u.test(`${key}`))
        note({ message: "is not a name that can be sent" });
      else if (hasRoom()) visit(own?.value, key);
      keys.pop();
    }
    parents.pop();
  }

  function finish(warnings: readonly Issue[] = []): Issue[] {
    if (values > mostValues) note({ message: `holds more than ${mostValues} values` });
    const all = [...issues, ...warnings];
    if (all.length <= mostIssues) return all;
    const message = `has more than ${mostIssues} issues; the others are not listed`;
    const isWarning = issues.length <= mostIssues;
    const more: Issue = { code: "more", path: "", message, ...(isWarning && { severity: "warning" }) };
    return [...all.slice(0, mostIssues), more];
  }

  return { issues, note, hasRoom, enter, finish };
}

/** Reports whether a field is missing, or is there with the value `undefined`, which JSON drops. */
export function isLeftOut(own: PropertyDescriptor | undefined): boolean {
  return !own?.get && own?.value === undefined;
}
