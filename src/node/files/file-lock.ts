import { randomUUID } from "node:crypto";
import { link, lstat, readFile, readlink, rename, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import type { Clock } from "../../time/clock.js";
import { pause } from "../../time/scope.js";
import { isErrno, remove } from "./disk.js";

/** The process that holds a lock. */
interface Holder {
  readonly key: string;
  readonly pid: number;
  /** The machine's name, its boot, and the namespace of the process number, as far as the platform tells them. */
  readonly machine: string;
  /** The start time of the process where the platform tells it, because process numbers are used again. */
  readonly started: string;
}

const pollMs = 100;
const heartbeatMs = 10_000;
/** A holder on another machine counts as dead when its lock file was not touched for this long. */
const deadMs = 60_000;

/**
 * Runs work while this process holds a lock file, so that two processes never do it at once. Waits while another living process
 * holds the file, and takes it over from one that is gone.
 *
 * @throws The signal's reason, where it aborts during the wait.
 */
export async function withLock<T>(
  path: string,
  clock: Clock,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const mine: Holder = {
    key: randomUUID(),
    pid: process.pid,
    machine: await readMachine(),
    started: await readStartTime(process.pid),
  };
  await acquire(path, mine, clock, signal);
  const released = new AbortController();
  const beating = keepAlive(path, clock, released.signal);
  try {
    return await work();
  } finally {
    released.abort();
    await beating;
    if ((await readHolder(path))?.key === mine.key) await remove(path).catch(() => undefined);
  }
}

async function acquire(
  path: string,
  mine: Holder,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<void> {
  let seen = "";
  let changedAt = clock.now();
  for (;;) {
    signal?.throwIfAborted();
    if (await create(path, JSON.stringify(mine))) return;
    const [text, touchedAt] = await Promise.all([
      readFile(path, "utf8").catch(() => ""),
      readTouchTime(path),
    ]);
    const state = `${text} ${touchedAt}`;
    if (state !== seen) [seen, changedAt] = [state, clock.now()];
    if (await isGone(parseHolder(text), mine, clock.now() - changedAt)) await takeAway(path, text);
    else await pause(clock, pollMs, signal);
  }
}

/** Creates a file that must be new. Removes it again when its text could not be written, as on a full disk. */
async function create(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    await remove(path).catch(() => undefined);
    throw error;
  }
}

/** Tells if a holder can no longer be at work. */
async function isGone(holder: Holder | undefined, mine: Holder, silentMs: number): Promise<boolean> {
  if (holder === undefined || holder.machine !== mine.machine) return silentMs > deadMs;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return isErrno(error, "ESRCH");
  }
  return holder.started !== (await readStartTime(holder.pid));
}

/** Removes the lock of a holder that is gone. Where another process was quicker and holds the lock now, its lock is put back. */
async function takeAway(path: string, text: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    if ((await readFile(aside, "utf8")) !== text) await link(aside, path);
  } catch (error) {
    if (!isErrno(error, "ENOENT", "EEXIST")) throw error;
  }
  await remove(aside);
}

/** Touches the lock file now and then, so that processes on other machines see that this one lives. */
async function keepAlive(path: string, clock: Clock, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await clock.sleep(heartbeatMs, signal);
    } catch {
      return;
    }
    const now = new Date(clock.date());
    await utimes(path, now, now).catch(() => undefined);
  }
}

async function readHolder(path: string): Promise<Holder | undefined> {
  return parseHolder(await readFile(path, "utf8").catch(() => ""));
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { key, pid, machine, started } = JSON.parse(text) as Record<string, unknown>;
    if (typeof key !== "string" || typeof machine !== "string" || typeof started !== "string")
      return undefined;
    return Number.isSafeInteger(pid) && (pid as number) > 0
      ? { key, pid: pid as number, machine, started }
      : undefined;
  } catch {
    return undefined;
  }
}

async function readTouchTime(path: string): Promise<number> {
  return lstat(path).then(
    (stat) => stat.mtimeMs,
    () => 0,
  );
}

async function readMachine(): Promise<string> {
  const [boot, space] = await Promise.all([
    readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => ""),
    readlink("/proc/self/ns/pid").catch(() => ""),
  ]);
  return `${hostname()} ${boot.trim()} ${space}`;
}

/** Gives the start time of a process in clock ticks of Linux; an empty text on other platforms. */
async function readStartTime(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The second field is the program's name in parentheses and may hold spaces.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
