import { randomUUID } from "node:crypto";
import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { isErrno } from "./disk.js";

/** The process that holds a lock. */
export interface Holder {
  readonly key: string;
  readonly pid: number;
  /** The machine's name, its boot, and the namespace of the process number, as far as the platform tells them. */
  readonly machine: string;
  /** The start time of the process where the platform tells it, because process numbers are used again. */
  readonly started: string;
}

/** Describes this process; each call makes another key. */
export async function identifySelf(): Promise<Holder> {
  return {
    key: randomUUID(),
    pid: process.pid,
    machine: await readMachine(),
    started: await readStartTime(process.pid),
  };
}

/**
 * Tells if a holder has ended for certain: it ran on this machine, and its number belongs to no process, or to one that started at
 * another time. A number that lives proves nothing, because another program may have it.
 */
export async function isEnded(holder: Holder, mine: Holder): Promise<boolean> {
  if (holder.machine !== mine.machine) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return isErrno(error, "ESRCH");
  }
  return holder.started !== (await readStartTime(holder.pid));
}

/** Reads a lock's text; `undefined` where it names no process. */
export function parseHolder(text: string | undefined): Holder | undefined {
  try {
    const { key, pid, machine, started } = JSON.parse(text ?? "") as Record<string, unknown>;
    if (typeof key !== "string" || typeof machine !== "string" || typeof started !== "string")
      return undefined;
    return Number.isSafeInteger(pid) && (pid as number) > 0
      ? { key, pid: pid as number, machine, started }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Names a holder in a message. */
export function describeHolder(holder: Holder | undefined): string {
  if (holder === undefined) return "another process";
  const name = holder.machine.split(" ")[0]!.replace(/[^\w.-]/g, "?");
  return `process ${holder.pid} on ${name}`;
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
