import type { Json } from "../input/model.js";
import { dropUndefined } from "./shapes.js";

/**
 * How the emulator words what the service is known to word in more than one way. The first value of each is the documented one and
 * the default.
 */
export interface Spelling {
  /** A wrong token: HTTP 401 or HTTP 400, both with code 400004. */
  readonly badToken: 401 | 400;
  /** An input that the schema refuses: HTTP 422 with a list in `detail`, or HTTP 400 with one text. */
  readonly badInput: 422 | 400;
  /** Too little money: HTTP 402 or HTTP 400, both with code 400002. */
  readonly lowBalance: 402 | 400;
  /** A result asked too early: HTTP 200 with the running state, or HTTP 400 with code 400005. */
  readonly tooEarly: 200 | 400;
  /** An accepted job: HTTP 200 or 202. */
  readonly accepted: 200 | 202;
  /** Where any other error puts its code and its text. */
  readonly errorBody: "error_code, error_message" | "code, message" | "error_code, detail" | "code, error";
  /** Errors arrive as HTTP 200 with a top-level `error_code`. */
  readonly errorsAs200: boolean;
  /** The word of a result that worked. */
  readonly success: "succeeded" | "completed";
  /** `created_at` and `finished_at`: ISO text with a zone, or with six digits and none. */
  readonly dates: "zone" | "six digits, no zone";
}

/** The documented wording. */
export const documented: Spelling = {
  badToken: 401,
  badInput: 422,
  lowBalance: 402,
  tooEarly: 200,
  accepted: 200,
  errorBody: "error_code, error_message",
  errorsAs200: false,
  success: "succeeded",
  dates: "zone",
};

/** The wording that was seen on the wire where it differs from the documentation. */
export const observed: Spelling = {
  badToken: 400,
  badInput: 400,
  lowBalance: 400,
  tooEarly: 400,
  accepted: 202,
  errorBody: "code, message",
  errorsAs200: false,
  success: "completed",
  dates: "six digits, no zone",
};

/** Reads the option: a name, or changes to the documented wording. */
export function readSpelling(option: "documented" | "observed" | Partial<Spelling> = "documented"): Spelling {
  if (option === "documented") return documented;
  return option === "observed" ? observed : { ...documented, ...dropUndefined(option) };
}

/** A refusal before it is spelt. */
export interface Refusal {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  /** A list of field errors in place of the text. */
  readonly detail?: readonly Json[];
}

/** The HTTP status and the body of a refusal. */
export function spell(
  refusal: Refusal,
  spelling: Spelling,
): { status: number; body: { [key: string]: Json } } {
  const [codeKey, textKey] = spelling.errorBody.split(", ") as [string, string];
  const status = spelling.errorsAs200 ? 200 : refusal.status;
  if (refusal.detail) return { status, body: { error_code: refusal.code, detail: refusal.detail } };
  return {
    status,
    body: { [spelling.errorsAs200 ? "error_code" : codeKey]: refusal.code, [textKey]: refusal.message },
  };
}

/** A moment as the service writes it. */
export function spellDate(ms: number, spelling: Spelling): string {
  const text = new Date(ms).toISOString();
  return spelling.dates === "zone" ? text : text.replace("Z", "000");
}
