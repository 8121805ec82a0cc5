import { RunComfyError } from "../errors/errors.js";

/** A file could not be uploaded. No job was submitted. The message quotes the storage, and holds no secret. */
export class UploadError extends RunComfyError {
  override readonly code = "upload";
  /** The HTTP status of the storage's answer, where it gave one. */
  declare readonly status?: number;

  constructor(message: string, fields: { readonly cause?: unknown; readonly status?: number } = {}) {
    super(message, fields);
  }

  static {
    this.prototype.name = "UploadError";
  }
}
