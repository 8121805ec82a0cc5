import type { SourceArgs } from "../models/own-models.js";
import { CommandError } from "../terminal/exit-code.js";
import type { SaveArgs } from "../session/job-args.js";

/** The options of `work`, as commander gives them. */
export interface WorkArgs extends SaveArgs, SourceArgs {
  /** The address of a PostgreSQL database. */
  readonly queue: string;
  /** `s3://bucket/prefix`, where the files of rows lie. */
  readonly upload?: string;
  readonly submits?: string;
  readonly running?: string;
  /** Seconds. */
  readonly lease?: string;
}

/** A whole number from 1 of an option; undefined where the option was not given. */
export function readCount(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new CommandError(`${flag} takes a whole number from 1. Given: ${JSON.stringify(text)}.`);
  return count;
}
