import type { ChildProcess } from "node:child_process";
import { onAbort, untilAbort } from "../../time/scope.js";
import type { Measurement } from "./measurement.js";
import type { MediaBytes } from "./media-bytes.js";
import { parseInChild, startError, type ParseTask, type StartChild } from "./parser-process.js";

/** Parses files of strangers. */
export interface Parser {
  /** Parses a file as soon as a process is free. */
  readonly parse: (file: MediaBytes, task: ParseTask, signal: AbortSignal) => Promise<Measurement>;
  /** Keeps processes alive between files, until the returned function is called as often as this one. */
  readonly retain: () => () => void;
}

/**
 * Parses in other processes, started when needed, at most `mostChildren` at once. A few bytes can make a parser run for ever or fill
 * its memory. Only a process can be ended whatever it does: a thread whose heap is full may take the whole program with it.
 */
export function createParser(start: StartChild, mostChildren = 4): Parser {
  const slots = createSlots(mostChildren);
  const idle: ChildProcess[] = [];
  let users = 0;

  async function parse(file: MediaBytes, task: ParseTask, signal: AbortSignal): Promise<Measurement> {
    await slots.acquire(signal);
    let child: ChildProcess | undefined;
    try {
      signal.throwIfAborted();
      const former = idle.pop();
      child = former?.connected ? former : startSilently(start);
      const measured = await untilAbort(parseInChild(child, file, task), signal);
      if (users > 0) idle.push(child);
      else child.kill("SIGKILL");
      return measured;
    } catch (error) {
      child?.kill("SIGKILL");
      throw error;
    } finally {
      slots.release();
    }
  }

  function retain(): () => void {
    users++;
    return () => {
      if (--users === 0) idle.splice(0).forEach((child) => child.kill("SIGKILL"));
    };
  }

  return { parse, retain };
}

function startSilently(start: StartChild): ChildProcess {
  try {
    // A child that is being killed may still emit errors, which would end this program if nobody listened.
    return start().on("error", () => undefined);
  } catch (cause) {
    throw startError(cause);
  }
}

/** A semaphore: at most `count` callers hold a slot, the others wait in order. */
function createSlots(count: number) {
  const waiting = new Set<() => void>();
  let free = count;

  function acquire(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (free > 0) {
      free--;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      function grant(): void {
        unsubscribe();
        resolve();
      }
      waiting.add(grant);
      const unsubscribe = onAbort(signal, (reason) => {
        waiting.delete(grant);
        reject(reason);
      });
    });
  }

  function release(): void {
    const [next] = waiting;
    if (next === undefined) return void free++;
    waiting.delete(next);
    next();
  }

  return { acquire, release };
}
