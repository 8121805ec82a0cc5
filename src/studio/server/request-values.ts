import type { Json } from "../../index.js";
import type { ApiInput, CheckRequest } from "../api-types.js";
import { ApiRefusal } from "../jobs/api-refusal.js";
import type { SubmitRequest } from "../job-api-types.js";

type Body = { readonly [name: string]: unknown };

/** A text of a request. Rejects a request without it. */
export function readText(body: Body, name: string, pattern: RegExp = /^.{1,500}$/s): string {
  const value = body[name];
  if (typeof value === "string" && pattern.test(value)) return value;
  throw new ApiRefusal(400, "request", `The request needs \`${name}\`, a text.`);
}

/** The body of a check. */
export function readCheck(body: Body): CheckRequest {
  return {
    model: readText(body, "model"),
    input: readInput(body),
    measure: body["measure"] === true,
  };
}

/** The body of a submit. */
export function readSubmit(body: Body): SubmitRequest {
  return {
    key: readText(body, "key", /^[\w-]{8,100}$/),
    model: readText(body, "model"),
    input: readInput(body),
    ...readAmounts(body),
  };
}

/** The amounts in US dollars that the page showed, or a person entered. */
export function readAmounts(body: Body): Pick<SubmitRequest, "agreedUsd" | "assumeUsd"> {
  return { ...readUsd(body, "agreedUsd"), ...readUsd(body, "assumeUsd") };
}

function readInput(body: Body): ApiInput {
  const input = body["input"];
  if (typeof input === "object" && input !== null && !Array.isArray(input))
    // It was read as JSON.
    return input as { readonly [name: string]: Json };
  throw new ApiRefusal(400, "request", "The request needs `input`, an object.");
}

function readUsd<Name extends string>(body: Body, name: Name): { readonly [Key in Name]?: number } {
  const value = body[name];
  if (value === undefined) return {};
  if (typeof value === "number" && value >= 0 && value < Infinity)
    return { [name]: value } as { [Key in Name]: number };
  throw new ApiRefusal(400, "request", `\`${name}\` must be an amount in US dollars.`);
}
