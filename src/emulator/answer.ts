import type { Json } from "../input/model.js";
import { spell } from "./spelling.js";
import type { Refusal, Spelling } from "./spelling.js";

/** An answer before it is written to a socket. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string | readonly string[] };
  /** The body as JSON, where it is JSON. */
  readonly json?: { readonly [key: string]: Json };
  /** The body where it is not. */
  readonly bytes?: Uint8Array;
  /** The length that a HEAD request is told. */
  readonly length?: number;
}

/** A request as the API sees it. */
export interface Call {
  readonly method: string;
  readonly query: URLSearchParams;
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  readonly body: Uint8Array;
}

/** An answer that is JSON. */
export function answerJson(json: { readonly [key: string]: Json }, status = 200): Answer {
  return {
    status,
    headers: { "content-type": "application/json" },
    json,
  };
}

/** An answer that refuses, in the chosen spelling. */
export function answerRefusal(
  refusal: Refusal,
  spelling: Spelling,
  headers: { readonly [name: string]: string } = {},
): Answer {
  const { status, body } = spell(refusal, spelling);
  return { status, headers: { "content-type": "application/json", ...headers }, json: body };
}

/** The bytes of an answer's body. */
export function bodyOf(answer: Answer): Uint8Array {
  return answer.bytes ?? (answer.json ? Buffer.from(JSON.stringify(answer.json)) : new Uint8Array());
}
