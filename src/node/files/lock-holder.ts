import { randomUUID } from "node:crypto";
import { isRunning, thisProcess, type ProcessIdentity } from "./process-life.js";

/** The process that holds a lock, and the key of this one lock. */
export interface Holder extends ProcessIdentity {
  readonly key: string;
}

/** Describes this process as the holder of a lock; each call makes another key. */
export function identifySelf(): Holder {
  return { key: randomUUID(), ...thisProcess() };
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

/** A lock that nobody has touched for this long is a dead holder's: its process number may be another program's by now. */
const deadMs = 60_000;

/** Tells whether a holder is taken for dead, so that its lock may be taken over. `silentMs`: since when its lock was not touched. */
export function isDead(holder: Holder | undefined, silentMs: number): boolean {
  return silentMs > deadMs || (holder !== undefined && !isRunning(holder));
}

/** Names a holder in a message. */
export function describeHolder(holder: Holder | undefined): string {
  if (holder === undefined) return "another process";
  const name = holder.machine.split(" ")[0]!.replace(/[^\w.-]/g, "?");
  return `process ${holder.pid} on ${name}`;
}
