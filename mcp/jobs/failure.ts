import { isRunComfyError } from "runcomfy-models";
import type { Issue } from "runcomfy-models";
import { cleanText } from "../texts/foreign-text.js";
import { refuse } from "../calls/answer.js";
import type { AnswerData } from "../calls/answer.js";

/** The codes of errors whose messages hold text of this package only. */
const ownWords = ["input", "config", "key_conflict", "budget", "record", "upload", "save"];

const advice: { readonly [code: string]: string } = {
  auth: "The service refuses the token of this server. A person has to give the server a new token.",
  insufficient_balance: "The account's balance is too low. A person has to top it up.",
  connection: "The service was not reached and nothing was paid. Repeat the call with the same key.",
  http: "The service refused and nothing was paid. Repeat the call later with the same key, or correct the input.",
  not_found: "The service does not know this model or job.",
  job_failed: "The job failed and may be billed. To try again, submit the job under a new key.",
  job_cancelled: "The job was cancelled.",
  submit_unknown:
    "The job was perhaps paid, and is not sent again by itself. Do not submit it under another key. A person checks Generations on runcomfy.com and then runs: npx runcomfy-models jobs.",
};

/** The issues of an input as data, with the texts of a model's schema cleaned. */
export function describeIssues(issues: readonly Issue[]): readonly AnswerData[] {
  return issues.slice(0, 20).map(({ code, path, message, given, expected, nearest, severity }) => ({
    path: cleanText(path, 200),
    code,
    message: cleanText(message, 300),
    ...(given !== undefined && { given: cleanText(given, 200) }),
    ...(expected !== undefined && { expected: cleanText(expected, 300) }),
    ...(nearest !== undefined && { nearest: cleanText(nearest, 200) }),
    ...(severity !== undefined && { severity }),
  }));
}

/** An error as data: its code, the job that it is about, the issues of an input, and what to do. */
export function describeError(error: unknown): AnswerData {
  if (!isRunComfyError(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return { error: "internal", message: cleanText(message, 500) };
  }
  const { code, message, job } = error;
  const text = cleanText(message, 800);
  const isTold = code === "input" && error.issues.length > 0;
  return {
    error: code,
    ...(job && { job: job.id }),
    ...(advice[code] !== undefined && { what_to_do: advice[code] }),
    ...(code === "input" && { issues: describeIssues(error.issues) }),
    ...(!isTold && (ownWords.includes(code) ? { message: text } : { from_service: { message: text } })),
  };
}

/** The answer of a call that ended with an error. */
export function refuseError(error: unknown, more: AnswerData = {}): ReturnType<typeof refuse> {
  return refuse({ ...more, ...describeError(error) });
}
