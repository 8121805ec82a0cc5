import { RunComfyError } from "../../errors/errors.js";
import type { RowProblem } from "./batch-row.js";

/** A batch could not be started or read. Nothing was sent by it. */
export class BatchError extends RunComfyError {
  override readonly code = "batch";
  /** The rows that are at fault. */
  declare readonly problems?: readonly RowProblem[];

  constructor(
    message: string,
    fields: { readonly cause?: unknown; readonly problems?: readonly RowProblem[] } = {},
  ) {
    super(message, fields);
  }

  static {
    this.prototype.name = "BatchError";
  }
}

/** A problem on one line: `line 12, key "a", duration: …`. */
export function describeProblem({ line, key, field, message }: RowProblem): string {
  const name = key === undefined ? "" : `, key ${JSON.stringify(key)}`;
  return `line ${line}${name}${field ? `, ${field}` : ""}: ${message}`;
}
