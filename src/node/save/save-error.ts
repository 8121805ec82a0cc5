import { RunComfyError } from "../../errors/errors.js";
import type { SaveReport } from "./save-types.js";

/** Files of a result could not be saved. The saved ones are on disk and in `report.files`. */
export class SaveError extends RunComfyError {
  override readonly code = "save";
  /** The outcome of each file; absent when no file was fetched yet. */
  declare readonly report?: SaveReport;

  constructor(message: string, fields: { readonly cause?: unknown; readonly report?: SaveReport } = {}) {
    super(message, fields);
    // The report holds signed URLs, so prints and JSON of the error leave it out.
    if (fields.report !== undefined)
      Object.defineProperty(this, "report", { value: fields.report, enumerable: false });
  }

  static {
    this.prototype.name = "SaveError";
  }
}

/** A successful result names no file. */
export class EmptyOutputError extends SaveError {
  static {
    this.prototype.name = "EmptyOutputError";
  }
}
