import { isRequestId } from "../../protocol/paths.js";
import { isObject } from "../../input/json-value.js";

/** The rule of a time that may have no end. */
export function aTime(value: unknown): string | undefined {
  return typeof value === "number" && value >= 0 ? undefined : "a number from 0, or Infinity";
}

/** The rule of a job's id. */
export function aRequestId(value: unknown): string | undefined {
  return isRequestId(value) ? undefined : "a text of 1 to 128 letters, digits, dashes and underscores";
}

/** The rule of a job's outcome. */
export function anOutcome(value: unknown): string | undefined {
  const isFit =
    value === "succeeded" || (isObject(value) && ("output" in value || "error" in value) && isJson(value));
  return isFit ? undefined : '"succeeded", { output } or { error }, with a value that JSON can carry';
}

/** The rule of a list of models. */
export function aModelList(value: unknown): string | undefined {
  const expected = "a list of models, each an object with `id`, a text, and `input`, a schema";
  if (!Array.isArray(value)) return expected;
  const wrong = value.findIndex((model) => !isModel(model));
  return wrong < 0 ? undefined : `${expected}; models[${wrong}] is something else`;
}

function isModel(value: unknown): boolean {
  return isObject(value) && typeof value["id"] === "string" && isObject(value["input"]);
}

/** True if JSON carries the value unchanged: no undefined, no function, no NaN, no circle in it. */
export function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value, (_, inner: unknown) => refuseUncarried(inner)) !== undefined;
  } catch {
    return false;
  }
}

function refuseUncarried(value: unknown): unknown {
  const isLost = value === undefined || typeof value === "function" || typeof value === "symbol";
  if (isLost || (typeof value === "number" && !Number.isFinite(value))) throw new RangeError("not JSON");
  return value;
}

/** An object without the keys that are `undefined`. */
export function dropUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as T;
}
