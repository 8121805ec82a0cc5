import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from "node:fs";
import { systemClock } from "../../time/clock.js";
import { isErrno } from "../files/disk.js";
import { isRunning, thisProcess, type ProcessIdentity } from "../files/process-life.js";

/** A lock that stays unchanged for this long belongs to a program that stands still, and is taken over. */
const stuckMs = 2000;

/**
 * Does work while this process holds a lock file, so that several processes take turns. The lock only saves work: the numbers of the
 * lines decide which ones count, so a lock may be taken from a process that stands still, and work goes on where no lock can be made.
 */
export async function withAppendLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const own = await acquire(path);
  try {
    return await work();
  } finally {
    if (own !== undefined && readText(path) === own) remove(path);
  }
}

/** The text of the lock that was made; undefined where none can be made. */
async function acquire(path: string): Promise<string | undefined> {
  const own = JSON.stringify({ ...thisProcess(), nonce: Math.random() });
  let seen: string | undefined;
  let seenAt = 0;
  for (let waitMs = 1; ; waitMs = Math.min(20, waitMs * 2)) {
    try {
      const file = openSync(path, "wx", 0o600);
      try {
        writeSync(file, own);
      } finally {
        closeSync(file);
      }
      return own;
    } catch (error) {
      if (!isErrno(error, "EEXIST")) return undefined;
    }
    const there = readText(path);
    const now = systemClock.now();
    if (there !== seen) [seen, seenAt] = [there, now];
    if (now - seenAt > stuckMs || isOfGone(there)) remove(path);
    else await systemClock.sleep(waitMs * (0.5 + Math.random()));
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Removes the lock; another process may have done so already. */
function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
  }
}

/** True where a lock's text names a process that has ended. */
function isOfGone(text: string | undefined): boolean {
  try {
    return text !== undefined && text !== "" && !isRunning(JSON.parse(text) as ProcessIdentity);
  } catch {
    return false;
  }
}
