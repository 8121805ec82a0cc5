import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { exitCodes, exitMeanings } from "../../src/cli/terminal/exit-code.js";
import { exitCodeOf } from "../../src/cli/terminal/failure.js";
import type { OwnFields } from "../../src/errors/error-fields.js";
import {
  AuthError,
  ConnectionError,
  HttpError,
  InputError,
  InsufficientBalanceError,
  JobCancelledError,
  JobFailedError,
  JobTimeoutError,
  NotFoundError,
  ResponseError,
  RunComfyError,
  SubmitUnknownError,
} from "../../src/index.js";
import { BudgetError, KeyConflictError, RecordError } from "../../src/once/index.js";

/** The error of a record that was rejected before: it has no status any more. */
const rejectedBefore: OwnFields = { code: "http" };
const job = { id: "job-1", model: "a/b" };
const refusal = (status: number, fields = {}) => new HttpError("refused", { status, ...fields });
const issue = (code: "price" | "required") => ({ code, path: "", message: "" });

test("the table in the documentation is that of the command line", () => {
  const text = readFileSync("docs/command-line.md", "utf8");
  const rows = [...text.matchAll(/^\| (\d+) \| (.*) \|$/gm)].map(([, code, meaning]) => [
    code,
    meaning!.replaceAll("**", ""),
  ]);
  expect(rows).toEqual(Object.entries(exitMeanings));
});

test("every code has a meaning", () => {
  expect(Object.values(exitCodes).map(String).toSorted()).toEqual(Object.keys(exitMeanings).toSorted());
});

test.for([
  [new SubmitUnknownError("", { phase: "waiting", modelId: "a/b" }), 3],
  [new InputError("", { modelId: "a/b", issues: [issue("price")] }), 4],
  [new BudgetError("", { key: "a" }), 4],
  [new InsufficientBalanceError("", { status: 402 }), 4],
  [new JobFailedError("", { job }), 5],
  [new JobCancelledError("", { job }), 6],
  [new InputError("", { modelId: "a/b", issues: [issue("price"), issue("required")] }), 65],
  [new KeyConflictError("", { key: "a" }), 65],
  [new NotFoundError("", { status: 404 }), 65],
  [new RunComfyError("", rejectedBefore), 65],
  [refusal(400), 65],
  [refusal(422), 65],
  [new ConnectionError(""), 69],
  [new ResponseError("", {}), 69],
  [refusal(500), 69],
  [refusal(503), 69],
  [new RecordError("", { job }), 73],
  [new JobTimeoutError("", { job, seen: {} }), 75],
  [refusal(429), 75],
  [refusal(503, { retryAfterMs: 1000 }), 75],
  [new AuthError("", { status: 401 }), 77],
  [new RecordError(""), 1],
  [new Error("anything"), 1],
] as const)("%s ends with %i", ([error, code]) => {
  expect(exitCodeOf(error)).toBe(code);
});
