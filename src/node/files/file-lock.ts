import { randomUUID } from "node:crypto";
import { link, lstat, readFile, readlink, rename, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import type { Clock } from "../../time/clock.js";
import { isErrno, remove } from "./disk.js";

/** Who holds a lock. */
interface Holder {
  readonly key: string;
  readonly pid: number;
  /** The machine, as closely as it can be told: name, boot, and space of process numbers. */
  readonly machine: string;
  /** When the process started, where the platform tells; process numbers are used again. */
  readonly started: string;
}

const pollMs = 100;
const beatMs = 10_000;
/** A holder on another machine that shows no sign of life for this long is taken for dead. */
const deadMs = 60_000;

/**
 * Runs work while holding a lock file, so that two processes never do it at once. Waits while another living process holds it; takes
 * over from one that is provably gone.
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
    started: await readStart(process.pid),
  };
  await acquire(path, mine, clock, signal);
  const released = new AbortController();
  const beating = beat(path, clock, released.signal);
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
  let since = clock.now();
  for (;;) {
    signal?.throwIfAborted();
    if (await create(path, JSON.stringify(mine))) return;
    const [text, beaten] = await Promise.all([readFile(path, "utf8").catch(() => ""), readBeat(path)]);
    const sign = `${text} ${beaten}`;
    if (sign !== seen) [seen, since] = [sign, clock.now()];
    if (await isGone(parseHolder(text), mine, clock.now() - since)) await takeAway(path, text);
    else await clock.sleep(pollMs, signal);
  }
}

/** Makes a file that must be new; one that cannot be filled does not stay. */
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

/** Whether a holder can no longer be at work. */
async function isGone(holder: Holder | undefined, mine: Holder, silentMs: number): Promise<boolean> {
  if (holder === undefined || holder.machine !== mine.machine) return silentMs > deadMs;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return isErrno(error, "ESRCH");
  }
  return holder.started !== (await readStart(holder.pid));
}

/** Removes the lock of one that is gone, unless another process was quicker: then its lock is put back. */
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

async function beat(path: string, clock: Clock, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await clock.sleep(beatMs, signal);
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

async function readBeat(path: string): Promise<number> {
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

/** The start time of a process in Linux's own count; empty elsewhere. */
async function readStart(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The second field is the program's name in parentheses and may hold spaces.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
