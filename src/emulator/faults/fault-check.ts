import { inspect } from "node:util";
import { ConfigError } from "../../errors/errors.js";
import type { Schema } from "../../input/model.js";
import { checkData } from "../../options/data-check.js";
import { dropUndefined, isJson } from "../jobs/value-rules.js";
import { everyRoute } from "../service/routes.js";
import type { Fault } from "./fault.js";
import { isObject } from "../../input/json-value.js";

const flag: Schema = { type: "boolean" };
const text: Schema = { type: "string" };
const milliseconds: Schema = { type: "number", minimum: 0 };
const count: Schema = { type: "integer", minimum: 0 };
const ordinal: Schema = { type: "integer", minimum: 1 };
const texts: Schema = { type: "array", items: text };

/** The keys that say when a fault happens. */
const conditions = {
  route: { enum: [...everyRoute, "any", "connection"] },
  nth: { anyOf: [ordinal, { type: "array", items: ordinal }] },
  after: count,
  times: { anyOf: [count, { type: "string", enum: ["always"] }] },
  model: text,
  requestId: text,
} satisfies { readonly [Key in keyof Fault]?: Schema };

/** The keys that say what happens. `body` and `patch` take any JSON, which `isJson` checks. */
const effects = {
  processed: flag,
  delayMs: milliseconds,
  status: { type: "integer", minimum: 100, maximum: 999 },
  headers: { type: "object", additionalProperties: { anyOf: [text, texts, { type: "null" }] } },
  retryAfter: { type: ["number", "string"] },
  body: {},
  html: flag,
  redirect: text,
  patch: { type: "object" },
  omit: texts,
  state: text,
  otherJob: flag,
  ignoreRange: flag,
  cut: count,
  cutReply: count,
  cutWith: { enum: ["fin", "reset"] },
  framing: { enum: ["length", "chunked", "close"] },
  lengthOff: { type: "integer" },
  reset: { enum: ["head", "before", "after", "body"] },
  drip: {
    type: "object",
    properties: { everyMs: milliseconds, bytes: ordinal, head: flag },
    required: ["everyMs"],
    additionalProperties: false,
  },
  never: flag,
  interim: count,
  headerBytes: count,
  encodings: count,
  padBytes: count,
  gzipBytes: count,
} satisfies { readonly [Key in Exclude<keyof Fault, keyof typeof conditions>]-?: Schema };

const faultSchema: Schema = {
  type: "object",
  properties: { ...conditions, ...effects },
  required: ["route"],
  additionalProperties: false,
};

/** Gives the fault back, or throws a ConfigError that says which of its keys cannot be used, and why. */
export function checkFault(fault: Fault): Fault {
  const owner = `The fault ${inspect(fault, { breakLength: Infinity }).slice(0, 100)}`;
  if (!isObject(fault))
    throw new ConfigError(`${owner} is no object. A fault looks like {"route":"submit","status":503}.`);
  const given = dropUndefined(fault as Fault);
  if (given.route === undefined)
    throw new ConfigError(`${owner} needs a \`route\`, one of: ${conditions.route.enum.join(", ")}.`);
  const { drip } = given;
  const { body: _, patch, ...rest } = given;
  checkData(owner, faultSchema, {
    ...rest,
    ...(isObject(drip) && { drip: dropUndefined(drip) }),
    ...(patch !== undefined && !isObject(patch) && { patch }),
  });
  const problem = findProblem(given);
  if (problem !== undefined) throw new ConfigError(`${owner}: ${problem}`);
  return fault;
}

/** Checks the rules that the schema cannot express. */
function findProblem(fault: Fault): string | undefined {
  if (fault.body !== undefined && !isJson(fault.body)) return "`body` must be a value that JSON can carry.";
  if (fault.patch && !isJson(fault.patch)) return "`patch` must hold only values that JSON can carry.";
  const names = Object.keys(fault.headers ?? {});
  const badName = names.find((name) => !/^[!#$%&'*+.^_`|~\w-]+$/.test(name));
  if (badName !== undefined) return `\`headers\`: ${JSON.stringify(badName)} is not a header name.`;
  const values = { retryAfter: fault.retryAfter, redirect: fault.redirect, ...fault.headers };
  const broken = Object.entries(values).find(([, value]) => [value].flat().some(hasLineBreak));
  if (broken) return `\`${broken[0]}\` must be a text without line breaks.`;
  if (fault.route === "connection" && !fault.reset && !fault.never)
    return "does nothing: for a connection it needs `reset` or `never: true`.";
  if (!Object.keys(effects).some((key) => Object.hasOwn(fault, key)))
    return "does nothing: say what is to happen, such as `status: 503`.";
  return undefined;
}

function hasLineBreak(value: unknown): boolean {
  return typeof value === "string" && /[\r\n\0]/.test(value);
}
