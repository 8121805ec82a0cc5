import { Refusal } from "./failures.js";
import type { ProxyCall } from "./proxy-wire.js";
import { isObject } from "../../input/json-value.js";

/** The names of each call's fields, all of them required. */
const fields: { readonly [call in ProxyCall["call"]]: readonly string[] } = {
  submit: ["call", "model", "key", "input"],
  status: ["call", "handle"],
  result: ["call", "handle"],
  cancel: ["call", "handle"],
  upload: ["call", "model", "field", "contentType", "bytes"],
  user: ["call"],
};

/** Keys are parts of handles, and of the records' names. */
const keyForm = /^[A-Za-z0-9_-]{8,128}$/;

const longestText = 500;

/** Reads a call from the text of a body. Throws a Refusal where the text is not a call. */
export function readCall(text: string): ProxyCall {
  const given = parse(text);
  const call = given["call"];
  if (typeof call !== "string" || !Object.hasOwn(fields, call))
    throw new Refusal("request", `"call" must be one of ${Object.keys(fields).join(", ")}.`);
  const names = fields[call as ProxyCall["call"]];
  for (const name of names) {
    if (!Object.hasOwn(given, name)) throw new Refusal("request", `"${name}" is missing.`);
    const problem = checkField(name, given[name]);
    if (problem) throw new Refusal("request", `"${name}" must be ${problem}.`);
  }
  if (Object.keys(given).length > names.length)
    throw new Refusal("request", `A call "${call}" has the fields ${names.join(", ")}, and no other.`);
  return given as unknown as ProxyCall;
}

function parse(text: string): { readonly [name: string]: unknown } {
  try {
    const given: unknown = JSON.parse(text);
    if (isObject(given) && !isDeep(given)) return given;
  } catch {}
  throw new Refusal("request", `The body must be a JSON object, nested at most ${mostLevels} levels deep.`);
}

const mostLevels = 64;

/** Tells whether a value is nested deeper than any call. Goes level by level, because the nesting itself may be unbounded. */
function isDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= mostLevels; depth++) {
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
    if (level.length === 0) return false;
  }
  return true;
}

/** Says in words what a field of a call must be; undefined where the value fits. */
export function checkField(name: string, value: unknown): string | undefined {
  if (name === "input") return isObject(value) ? undefined : "an object";
  if (name === "bytes")
    return Number.isSafeInteger(value) && (value as number) > 0 ? undefined : "a whole number above 0";
  if (typeof value !== "string" || value.length > longestText) return "a text of at most 500 characters";
  if (name === "key" && !keyForm.test(value)) return "8 to 128 letters, digits, hyphens and underscores";
  return undefined;
}
