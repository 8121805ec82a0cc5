import { makeIssue, type Issue } from "../../errors/issue.js";
import type { Measurement } from "./measurement.js";

/** A problem or a warning about a media file. `rule`, `limit` and `measured` are set when a documented rule is broken. */
export interface MediaIssue extends Issue {
  /** Such as `"width_pixels<"`. */
  readonly rule?: string;
  readonly limit?: number;
  readonly measured?: number;
}

/** The outcome of `checkMedia`. */
export interface MediaReport {
  /** The media that the service would refuse. */
  readonly problems: readonly MediaIssue[];
  /** The media that could not be measured, or that are unusual. */
  readonly warnings: readonly MediaIssue[];
  /** The measured properties, by JSON pointer. */
  readonly measured: ReadonlyMap<string, Measurement>;
}

/** The outcome of one media file. */
export interface FieldReport {
  readonly problems: readonly MediaIssue[];
  readonly warnings: readonly MediaIssue[];
  readonly measured?: Measurement;
}

/** Makes a warning about the file at a JSON pointer. */
export function warn(path: string, message: string): MediaIssue {
  return makeIssue({ code: "media", path, reason: message, severity: "warning" });
}
