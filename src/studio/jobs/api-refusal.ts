import { isRunComfyError } from "../../index.js";
import type { RecordFailure } from "../../once/record/record.js";
import type { ApiIssue } from "../api-types.js";

/** A request of the page that is refused, with the HTTP status of the answer. */
export class ApiRefusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly issues: readonly ApiIssue[] | undefined;

  constructor(status: number, code: string, message: string, issues?: readonly ApiIssue[]) {
    super(message);
    this.status = status;
    this.code = code;
    this.issues = issues;
  }
}

/** The statuses of the package's errors. 401 is the studio's own: its session is over. */
const statuses: Readonly<Record<string, number>> = {
  input: 422,
  media: 422,
  not_found: 404,
  config: 400,
  key_conflict: 409,
  budget: 409,
  insufficient_balance: 402,
  auth: 502,
  http: 502,
  response: 502,
  connection: 503,
  upload: 502,
};

/** The refusal that tells the page of an error. */
export function toRefusal(error: unknown): ApiRefusal {
  if (error instanceof ApiRefusal) return error;
  if (!isRunComfyError(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return new ApiRefusal(500, "error", message);
  }
  const { code, message } = error;
  const issues = error.code === "input" ? error.issues : undefined;
  return new ApiRefusal(statuses[code] ?? 500, code, message, issues);
}

/** An error as a job shows it. */
export function describeError(error: unknown): RecordFailure {
  const { code, message } = toRefusal(error);
  return { code, message };
}
