import type { Json } from "../../input/model.js";
import { dropUndefined } from "../jobs/value-rules.js";

/**
 * Choices for everything that the service is known to write in more than one way. The first value of each is the documented
 * one and the default.
 */
export interface WireFormat {
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
  /** The two keys under which any other error has its code and its text. */
  readonly errorBody: "error_code, error_message" | "code, message" | "error_code, detail" | "code, error";
  /** Errors arrive as HTTP 200 with a top-level `error_code`. */
  readonly errorsAs200: boolean;
  /** The `status` word of the result of a job that succeeded. */
  readonly success: "succeeded" | "completed";
  /** `created_at` and `finished_at`: ISO text with a zone, or with six digits and none. */
  readonly dates: "zone" | "six digits, no zone";
}

/** The documented format. */
export const documented: WireFormat = {
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

/** The format that the live service was seen to use, different from its documentation. */
export const observed: WireFormat = {
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

/** The format that the option names; an object changes the documented format. */
export function readWireFormat(
  option: "documented" | "observed" | Partial<WireFormat> = "documented",
): WireFormat {
  if (option === "documented") return documented;
  return option === "observed" ? observed : { ...documented, ...dropUndefined(option) };
}

/** An error of the service, independent of the wire format. */
export interface Refusal {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  /** A list of field errors; it replaces the text. */
  readonly detail?: readonly Json[];
}

/** The HTTP status and the body of a refusal. */
export function formatError(
  refusal: Refusal,
  format: WireFormat,
): { status: number; body: { [key: string]: Json } } {
  const [codeKey, textKey] = format.errorBody.split(", ") as [string, string];
  const status = format.errorsAs200 ? 200 : refusal.status;
  if (refusal.detail) return { status, body: { error_code: refusal.code, detail: refusal.detail } };
  return {
    status,
    body: { [format.errorsAs200 ? "error_code" : codeKey]: refusal.code, [textKey]: refusal.message },
  };
}

/** A time in milliseconds since 1970 as the service writes it. */
export function formatDate(ms: number, format: WireFormat): string {
  const text = new Date(ms).toISOString();
  return format.dates === "zone" ? text : text.replace("Z", "000");
}
