import { RunComfyError } from "../../errors/errors.js";
import type { SaveReport } from "./save-types.js";

/** Files of a result could not be saved. Those that could are on disk and in `report.files`. */
export class SaveError extends RunComfyError {
  override readonly code = "save";
  /** What became of each file; absent where nothing was begun. */
  declare readonly report?: SaveReport;

  constructor(message: string, fields: { readonly cause?: unknown; readonly report?: SaveReport } = {}) {
    super(message, fields);
    // The report holds signed URLs: kept out of prints and JSON.
    if (fields.report !== undefined)
      Object.defineProperty(this, "report", { value: fields.report, enumerable: false });
  }

  static {
    this.prototype.name = "SaveError";
  }
}

/** A successful result holds no file at all. */
export class EmptyOutputError extends SaveError {
  static {
    this.prototype.name = "EmptyOutputError";
  }
}
