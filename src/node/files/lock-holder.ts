import { randomUUID } from "node:crypto";
import { thisProcess, type ProcessIdentity } from "./process-life.js";

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

/** Names a holder in a message. */
export function describeHolder(holder: Holder | undefined): string {
  if (holder === undefined) return "another process";
  const name = holder.machine.split(" ")[0]!.replace(/[^\w.-]/g, "?");
  return `process ${holder.pid} on ${name}`;
}
