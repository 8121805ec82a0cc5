import { RunComfyError } from "../../errors/errors.js";
import type { ErrorFields } from "../../errors/error-fields.js";
import type { JobRecord, RecordId } from "./record.js";

interface KeyFields extends ErrorFields {
  readonly key: string;
  readonly record?: JobRecord | undefined;
}

/** The key belongs to a job with another model or input. Nothing was sent. */
export class KeyConflictError extends RunComfyError<KeyFields> {
  override readonly code = "key_conflict";
  declare readonly key: string;
  /** The record that is there. */
  declare readonly record?: JobRecord;

  static {
    this.prototype.name = "KeyConflictError";
  }
}

/** The budget does not cover the job, or no place is free. Nothing was sent; the record is `held`. */
export class BudgetError extends RunComfyError<KeyFields> {
  override readonly code = "budget";
  declare readonly key: string;
  declare readonly record?: JobRecord;

  static {
    this.prototype.name = "BudgetError";
  }
}

/**
 * A record could not be read or written, or there is none. Where `job` is set, that job was paid and its id could not be noted:
 * keep it.
 */
export class RecordError extends RunComfyError {
  override readonly code = "record";

  static {
    this.prototype.name = "RecordError";
  }
}

/** The error for a key without a record. */
export function recordMissing({ key, space }: RecordId): RecordError {
  const place = space ? ` in ${JSON.stringify(space)}` : "";
  return new RecordError(`There is no record under the key ${JSON.stringify(key)}${place}.`);
}
