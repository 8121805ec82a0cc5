import { randomUUID } from "node:crypto";
import { link, open, readdir, rename, utimes } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Clock } from "../../time/clock.js";
import { pause } from "../../time/scope.js";
import { isErrno, kindOf, readSmallFile, remove, reopenFlags, writeNew, type TextFile } from "./disk.js";
import { DownloadError } from "./download-error.js";
import { requireFile } from "./final-name.js";
import { describeHolder, identifySelf, isDead, parseHolder, type Holder } from "./lock-holder.js";

/** A wait for another process that holds a lock. */
export interface LockWait {
  /** The path of the lock file. */
  readonly path: string;
  readonly waitedMs: number;
  /** The other process as its lock names it, such as `"process 4711 on studio"`. */
  readonly holder: string;
}

/** The limits of a wait for a lock. */
export interface LockWaiting {
  /** Longest wait in milliseconds. Default 10 minutes. */
  readonly maxWaitMs?: number | undefined;
  /** Called after a second of waiting, then every ten seconds. Default: one warning of the process. */
  readonly onWait?: ((wait: LockWait) => void) | undefined;
}

const pollMs = 100;
const heartbeatMs = 10_000;
const firstReportMs = 1000;
const reportMs = 10_000;
const longestLock = 64 * 1024;

/**
 * Runs work while this process holds a lock file, so that two processes never do it at once. Waits while another process holds the
 * file and touches it, takes it over at once from a process that has ended, and from any other that was silent for a minute. The
 * signal that `work` gets aborts when the lock is lost, as after a standstill of this process.
 *
 * @throws DownloadError `locked` after `maxWaitMs`; `link` where the path is not that of a regular file.
 * @throws The signal's reason, where it aborts during the wait.
 */
export async function withLock<T>(
  path: string,
  clock: Clock,
  signal: AbortSignal | undefined,
  work: (lost: AbortSignal) => Promise<T>,
  waiting: LockWaiting = {},
): Promise<T> {
  const mine = identifySelf();
  await acquire(path, mine, clock, signal, waiting);
  const released = new AbortController();
  const lost = new AbortController();
  const beating = keepAlive(path, mine, clock, released.signal, lost);
  try {
    return await work(lost.signal);
  } finally {
    released.abort();
    await beating;
    await release(path, mine);
  }
}

async function acquire(
  path: string,
  mine: Holder,
  clock: Clock,
  signal: AbortSignal | undefined,
  waiting: LockWaiting,
): Promise<void> {
  const startedAt = clock.now();
  const report = createReport(path, waiting);
  let seen = "";
  let changedAt = startedAt;
  for (;;) {
    signal?.throwIfAborted();
    // Opening a pipe would wait for its other end. A link is never made by this package, so it is removed.
    if ((await kindOf(path)) === "link") await takeAway(path, undefined);
    await requireFile(path);
    if (await create(path, mine)) return;
    const found = await readLock(path);
    const state = `${found?.changedAt} ${found?.text}`;
    if (state !== seen) [seen, changedAt] = [state, clock.now()];
    const holder = parseHolder(found?.text);
    if (isDead(holder, clock.now() - changedAt)) await takeAway(path, found?.text);
    else {
      report(clock.now() - startedAt, holder);
      await pause(clock, pollMs, signal);
    }
  }
}

/** Makes the function that reports a wait now and then, and throws when the wait takes too long. */
function createReport(
  path: string,
  { maxWaitMs = 600_000, onWait = warnOnce() }: LockWaiting,
): (waitedMs: number, holder: Holder | undefined) => void {
  let nextAt = firstReportMs;
  return (waitedMs, holder) => {
    const shown = describeHolder(holder);
    if (waitedMs >= maxWaitMs) {
      throw new DownloadError(
        "locked",
        `After ${Math.round(waitedMs / 1000)} s ${shown} still saves the same result. Wait for it, or end it, and save again. Its lock is ${path}.`,
      );
    }
    if (waitedMs < nextAt) return;
    nextAt = waitedMs + reportMs;
    try {
      onWait({ path, waitedMs, holder: shown });
    } catch {
      // An error of the caller's display must not fail the save.
    }
  };
}

function warnOnce(): (wait: LockWait) => void {
  let isWarned = false;
  return ({ path, holder }) => {
    if (!isWarned)
      process.emitWarning(`save waits for ${holder}, which saves the same result (${path}).`, {
        code: "RUNCOMFY_SAVE_WAITS",
      });
    isWarned = true;
  };
}

async function create(path: string, mine: Holder): Promise<boolean> {
  try {
    await writeNew(path, JSON.stringify(mine));
    return true;
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  }
}

function readLock(path: string): Promise<TextFile | undefined> {
  return readSmallFile(path, { maxBytes: longestLock });
}

/** Removes the lock of a holder that is gone. Where another process was quicker and holds the lock now, its lock is put back. */
async function takeAway(path: string, text: string | undefined): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    if ((await readLock(aside))?.text !== text) await link(aside, path);
  } catch (error) {
    if (!isErrno(error, "ENOENT", "EEXIST")) throw error;
  }
  await remove(aside);
}

/** Touches the lock file now and then, so that other processes see that this one lives. Aborts `lost` when another holds the lock. */
async function keepAlive(
  path: string,
  mine: Holder,
  clock: Clock,
  released: AbortSignal,
  lost: AbortController,
): Promise<void> {
  for (;;) {
    try {
      await clock.sleep(heartbeatMs, released);
    } catch {
      return;
    }
    const found = await readLock(path);
    const isMine = parseHolder(found?.text)?.key === mine.key;
    // Another process may have moved the lock aside for a moment.
    if (!isMine && (found !== undefined || !(await create(path, mine).catch(() => true)))) {
      const message = `Another process took over ${path}: this one had stood still. Save again.`;
      return lost.abort(new DownloadError("locked", message));
    }
    await touch(path, mine, clock);
  }
}

/** Sets the file's time. Where a file system does not allow that, the lock is written anew, which sets its time, too. */
async function touch(path: string, mine: Holder, clock: Clock): Promise<void> {
  const now = new Date(clock.date());
  try {
    await utimes(path, now, now);
  } catch {
    const handle = await open(path, reopenFlags).catch(() => undefined);
    await handle?.write(JSON.stringify(mine), 0).catch(() => undefined);
    await handle?.close();
  }
}

async function release(path: string, mine: Holder): Promise<void> {
  if (parseHolder((await readLock(path))?.text)?.key !== mine.key) return;
  await sweep(path);
  await remove(path).catch(() => undefined);
}

/** Removes the files of processes that were killed while they took the lock over. */
async function sweep(path: string): Promise<void> {
  const names = await readdir(dirname(path)).catch(() => []);
  const prefix = `${basename(path)}.`;
  for (const name of names)
    if (name.startsWith(prefix) && /^[0-9a-f-]{36}$/.test(name.slice(prefix.length)))
      await remove(join(dirname(path), name)).catch(() => undefined);
}
