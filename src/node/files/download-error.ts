import { RunComfyError } from "../../errors/errors.js";

/**
 * What stopped a file from coming home.
 * - `refused`: the address guard refused the URL, one of its redirects, or what its name resolves to
 * - `connection`: no connection, or none that lasted, after all attempts
 * - `stalled`: nothing arrived for the idle time, after all attempts
 * - `status`: the host answered with an error
 * - `length`: fewer or other bytes than the host announced
 * - `too_large`: the file is larger than the cap
 * - `encoding`: the body has an encoding that cannot be undone
 * - `exists`: something already has the file's name; nothing was overwritten
 * - `link`: a link or a directory stands where the file belongs; nothing was written through it
 * - `disk`: the disk refused: full, read-only, no permission, broken
 */
export type DownloadReason =
  | "refused"
  | "connection"
  | "stalled"
  | "status"
  | "length"
  | "too_large"
  | "encoding"
  | "exists"
  | "link"
  | "disk";

/** One file could not be fetched or written. */
export class DownloadError extends RunComfyError {
  override readonly code = "save";
  declare readonly reason: DownloadReason;
  /** The HTTP status, where the host gave one. */
  declare readonly status?: number;
  /** How long the host asks to wait. */
  declare readonly retryAfterMs?: number;

  constructor(
    reason: DownloadReason,
    message: string,
    fields: {
      readonly cause?: unknown;
      readonly status?: number;
      readonly retryAfterMs?: number | undefined;
    } = {},
  ) {
    super(message, { ...fields, reason } as { readonly cause?: unknown });
  }

  static {
    this.prototype.name = "DownloadError";
  }
}

/** A failed system call as a `DownloadError` that names the path. */
export function diskError(path: string, cause: unknown): DownloadError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const why =
    code === "ENOSPC" || code === "EDQUOT"
      ? "the disk is full; free some space and save again"
      : code === "EROFS"
        ? "the file system is read-only"
        : code === "EACCES" || code === "EPERM"
          ? "permission is denied"
          : cause instanceof Error
            ? cause.message
            : String(cause);
  return new DownloadError("disk", `${path} cannot be written: ${why}${code === "" ? "" : ` (${code})`}.`, {
    cause,
  });
}
