import type { IncomingHttpHeaders } from "node:http";
import type { Answer } from "./answer.js";

/** Lets a page of another origin read an answer. There is nothing to guard here: no money, and a token that everybody knows. */
export function allowPage(headers: IncomingHttpHeaders, answer: Answer): Answer {
  if (headers.origin === undefined) return answer;
  const allowed = { "access-control-allow-origin": "*", "access-control-expose-headers": "*" };
  return { ...answer, headers: { ...allowed, ...answer.headers } };
}

/** Whether a browser asks what a page may send, as it does before each request with a token. */
export function isPreflight(method: string | undefined, headers: IncomingHttpHeaders): boolean {
  return method === "OPTIONS" && headers["access-control-request-method"] !== undefined;
}

/** The answer to that: anything. `*` would leave out the token, so what was asked for is named. */
export function answerPreflight(headers: IncomingHttpHeaders): Answer {
  return {
    status: 200,
    headers: {
      "access-control-allow-methods": "*",
      "access-control-allow-headers": headers["access-control-request-headers"] ?? "*",
    },
  };
}
