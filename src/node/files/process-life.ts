import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { isErrno } from "./disk.js";

/** A process by the facts that tell it from every other, now and later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** The start time of the process, because process numbers are used again; empty where the platform does not tell it. */
  readonly started: string;
  /** The machine's name, its boot, and the namespace of the process number, as far as the platform tells them. */
  readonly machine: string;
}

let own: ProcessIdentity | undefined;

/** Identifies this process. */
export function thisProcess(): ProcessIdentity {
  own ??= { pid: process.pid, started: readStartTime(process.pid), machine: readMachine() };
  return own;
}

/**
 * False where a process has certainly ended: it ran on this machine, and its number belongs to no process, or to one that started at
 * another time. True where that cannot be told, as for a process of another machine.
 */
export function isRunning({ pid, started, machine }: ProcessIdentity): boolean {
  const mine = thisProcess();
  if (machine !== mine.machine) return true;
  if (pid === mine.pid) return started === mine.started;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return !isErrno(error, "ESRCH");
  }
  return started === readStartTime(pid);
}

function readMachine(): string {
  const boot = attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  return `${hostname()} ${boot} ${attempt(() => readlinkSync("/proc/self/ns/pid"))}`;
}

/** The start time of a process in clock ticks of Linux; an empty text on other platforms. */
function readStartTime(pid: number): string {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  // The second field is the program's name in parentheses and may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // A process that has ended and was not waited for by its parent still has its number.
  return fields[0] === "Z" ? "ended" : (fields[19] ?? "");
}

function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
