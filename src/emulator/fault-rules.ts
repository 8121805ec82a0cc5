import { ConfigError } from "../errors/errors.js";
import type { Fault } from "./fault.js";
import {
  amount,
  checkShapes,
  either,
  flag,
  isRecord,
  jsonValue,
  listOf,
  objectOf,
  oneLine,
  oneOf,
  recordOf,
  show,
  text,
  whole,
  type Shape,
  type Shapes,
} from "./shapes.js";

const routes = [
  "submit",
  "status",
  "result",
  "cancel",
  "catalogue",
  "categories",
  "entry",
  "balance",
  "media",
  "any",
  "connection",
] as const satisfies readonly Fault["route"][];

const finite: Shape = { words: "a number", fits: (value) => Number.isFinite(value) };

const headers: Shape = {
  words: "an object of header names and their values: a text, a list of texts, or null, without line breaks",
  fits: (value) =>
    recordOf(either(oneLine, listOf(oneLine), oneOf(null))).fits(value) &&
    Object.keys(value as object).every((name) => /^[!#$%&'*+.^_`|~\w-]+$/.test(name)),
};

/** When a fault happens. */
const conditions: Shapes<Pick<Fault, "route" | "nth" | "after" | "times" | "model" | "requestId">> = {
  route: oneOf(...routes),
  nth: either(whole(1), listOf(whole(1))),
  after: whole(0),
  times: either(whole(0), oneOf("always")),
  model: text,
  requestId: text,
};

/** What happens. */
const deeds: Shapes<Omit<Fault, keyof typeof conditions>> = {
  processed: flag,
  delayMs: amount,
  status: whole(100, 999),
  headers,
  retryAfter: either(finite, oneLine),
  body: jsonValue,
  html: flag,
  redirect: oneLine,
  patch: recordOf(jsonValue),
  omit: listOf(text),
  state: text,
  otherJob: flag,
  ignoreRange: flag,
  cut: whole(0),
  cutReply: whole(0),
  cutWith: oneOf("fin", "reset"),
  framing: oneOf("length", "chunked", "close"),
  lengthOff: whole(),
  reset: oneOf("head", "before", "after", "body"),
  drip: objectOf<NonNullable<Fault["drip"]>>({ everyMs: amount, bytes: whole(1), head: flag }, ["everyMs"]),
  never: flag,
  interim: whole(0),
  headerBytes: whole(0),
  encodings: whole(0),
  padBytes: whole(0),
  gzipBytes: whole(0),
};

const shapes: Shapes<Fault> = { ...conditions, ...deeds };

/** Gives the fault back, or throws a ConfigError that says what is wrong with it. */
export function checkFault(fault: Fault): Fault {
  if (!isRecord(fault))
    throw new ConfigError(
      `A fault is an object such as {"route":"submit","status":503}. Given: ${show(fault)}.`,
    );
  const whose = `The fault ${show(fault)}`;
  if (!routes.includes(fault.route))
    throw new ConfigError(`${whose} needs a route, one of: ${routes.join(", ")}.`);
  checkShapes(whose, fault, shapes);
  const does = Object.keys(deeds).filter((key) => fault[key as keyof Fault] !== undefined);
  if (fault.route === "connection" && !fault.reset && !fault.never)
    throw new ConfigError(`${whose} does nothing: for a connection it needs \`reset\` or \`never: true\`.`);
  if (does.length === 0)
    throw new ConfigError(`${whose} does nothing: say what is to happen, such as \`status: 503\`.`);
  return fault;
}
