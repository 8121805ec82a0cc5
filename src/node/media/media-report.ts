import type { MediaIssue } from "../../media/field-report.js";
import type { Measurement } from "../../media/measurement.js";

/** The outcome of `checkMedia`. */
export interface MediaReport {
  /** The media that the service would refuse. */
  readonly problems: readonly MediaIssue[];
  /** The media that could not be measured, or that are unusual. */
  readonly warnings: readonly MediaIssue[];
  /** The measured properties, by JSON pointer. */
  readonly measured: ReadonlyMap<string, Measurement>;
}
