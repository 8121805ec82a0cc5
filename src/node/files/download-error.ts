import { RunComfyError } from "../../errors/errors.js";
import { messageOf } from "../../errors/error-message.js";

/**
 * The reason why a file was not saved.
 * - `refused`: the address guard refused the URL, one of its redirects, or what its name resolves to
 * - `connection`: no connection, or none that lasted, after all attempts
 * - `stalled`: nothing arrived for the idle time, after all attempts
 * - `status`: the host answered with an error
 * - `length`: fewer or more bytes than the host announced
 * - `too_large`: the file is larger than the cap
 * - `encoding`: the body has an encoding that cannot be decoded
 * - `exists`: another file already has this name; nothing was overwritten
 * - `link`: there is a link or a directory at the file's path; nothing was written through it
 * - `doubtful`: the file looks cut off by its own format, or is a page or another text in place of a picture, video or sound
 * - `locked`: another process saves the same result, and holds its lock for too long
 * - `disk`: the file could not be written: the disk is full, read-only or broken, or permission is denied
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
  | "doubtful"
  | "locked"
  | "disk";

/** One file could not be fetched or written. */
export class DownloadError extends RunComfyError {
  override readonly code = "save";
  declare readonly reason: DownloadReason;
  /** The HTTP status, where the host gave one. */
  declare readonly status?: number;
  /** The host's `Retry-After` in milliseconds, where it gave one; 60,000 at most. */
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

const diskProblems: ReadonlyMap<string, string> = new Map([
  ["ENOSPC", "the disk is full; free some space and save again"],
  ["EDQUOT", "the disk is full; free some space and save again"],
  ["EROFS", "the file system is read-only"],
  ["EACCES", "permission is denied"],
  ["EPERM", "permission is denied"],
]);

/** Turns a failed system call into a `DownloadError` that names the path. */
export function diskError(path: string, cause: unknown): DownloadError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const why = diskProblems.get(code) ?? messageOf(cause);
  const suffix = code === "" ? "" : ` (${code})`;
  return new DownloadError("disk", `${path} cannot be written: ${why}${suffix}.`, { cause });
}
