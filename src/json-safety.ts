import { pointerTo, show } from "./issue.js";
import type { Issue } from "./issue.js";
import { isPlain, isWellFormed } from "./quick-check.js";

/** What {@link checkPlain} found. */
export interface PlainCheck {
  readonly issues: Issue[];
  /** False where the value is not plain as a whole, or has no end: nothing else may walk it. */
  readonly walkable: boolean;
}

const deepest = 100;
const mostObjects = 100_000;

interface Walk {
  readonly issues: Issue[];
  readonly ancestors: object[];
  objectsLeft: number;
  walkable: boolean;
}

/**
 * Everything in a value that JSON cannot carry, or would carry as something else: `undefined`, NaN, dates and other class
 * instances, getters, cycles, lone surrogates, whole numbers beyond 2^53, `__proto__` keys.
 */
export const checkPlain = (value: unknown): PlainCheck => {
  const state: Walk = { issues: [], ancestors: [], objectsLeft: mostObjects, walkable: true };
  walk(value, state);
  if (state.issues.some((issue) => issue.path === "")) state.walkable = false;
  return state;
};

const walk = (value: unknown, state: Walk): void => {
  if (!state.walkable) return;
  if (typeof value !== "object" || value === null) {
    const problem = problemOf(value);
    if (problem !== undefined) note(state, problem);
  } else if (state.ancestors.includes(value)) stop(state, "contains itself; only a tree can be sent as JSON");
  else if (state.ancestors.length === deepest) stop(state, `is nested more than ${deepest} levels deep`);
  else if (--state.objectsLeft < 0) stop(state, `makes more than ${mostObjects} objects; send less at once`);
  else {
    state.ancestors.push(value);
    if (Array.isArray(value)) for (let at = 0; at < value.length; at++) walkChild(at, value[at], state);
    else if (isPlain(value)) walkFields(value, state);
    else note(state, describeInstance(value));
    state.ancestors.pop();
  }
};

const walkFields = (value: object, state: Walk): void => {
  for (const key of Object.keys(value)) {
    const field = Object.getOwnPropertyDescriptor(value, key);
    if (key === "__proto__")
      note(state, "is a name that changes an object's prototype; it is never sent", key);
    else if (!isWellFormed(key))
      note(state, "is a name with half a surrogate pair, which UTF-8 cannot carry", key);
    else if (field?.get || field?.set) note(state, "is a getter; give its value", key);
    else walkChild(key, field?.value, state);
  }
};

const walkChild = (key: string | number, value: unknown, state: Walk): void => {
  const from = state.issues.length;
  walk(value, state);
  for (let at = from; at < state.issues.length; at++) {
    const issue = state.issues[at]!;
    state.issues[at] = { ...issue, path: pointerTo(key) + issue.path };
  }
};

const note = (state: Walk, message: string, key?: string): void => {
  state.issues.push({ path: key === undefined ? "" : pointerTo(key), message });
};

const stop = (state: Walk, message: string): void => {
  note(state, message);
  state.walkable = false;
};

const problemOf = (value: unknown): string | undefined => {
  switch (typeof value) {
    case "string":
      return isWellFormed(value)
        ? undefined
        : `${show(value)} holds half a surrogate pair, which UTF-8 cannot carry`;
    case "number":
      if (!Number.isFinite(value)) return `${value} given; JSON would send null`;
      return Number.isInteger(value) && !Number.isSafeInteger(value)
        ? `${value} given; whole numbers beyond ±(2^53 - 1) lose digits on the way`
        : undefined;
    case "undefined":
      return "is undefined; give a value or leave the key out";
    case "bigint":
      return `${show(value)} given; JSON has no BigInt: use a number up to 2^53 - 1`;
    case "function":
    case "symbol":
      return `a ${typeof value} given; JSON cannot carry it`;
    default:
      return undefined;
  }
};

const remedies = new Map([
  ["Date", "use its toISOString()"],
  ["URL", "use its href"],
  ["Blob", "media go as public https URLs or data: URIs"],
  ["File", "media go as public https URLs or data: URIs"],
]);

const describeInstance = (value: object): string => {
  const name = (value as { constructor?: { name?: unknown } }).constructor?.name;
  const kind = typeof name === "string" && /^\w{1,60}$/.test(name) ? name : "class instance";
  return `a ${kind} given; ${remedies.get(kind) ?? "only plain objects and arrays can be sent"}`;
};
