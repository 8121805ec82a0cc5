import { messageOf } from "../../errors/error-message.js";

const reasons: ReadonlyMap<unknown, string> = new Map([
  ["ENOENT", "there is no such file; check the path"],
  ["ENOTDIR", "a part of its path is a file, not a folder; check the path"],
  ["EISDIR", "it is a folder; name a file"],
  ["EACCES", "permission is denied; allow it, or name another file"],
  ["EPERM", "permission is denied; allow it, or name another file"],
]);

/** Says why a file that a person named cannot be read, and what to do about it, without a full stop. */
export function describeReadFailure(error: unknown): string {
  return reasons.get((error as NodeJS.ErrnoException | null)?.code) ?? messageOf(error);
}
