import type { ChildProcess } from "node:child_process";
import { onAbort, untilAbort } from "../../time/clock.js";
import { cannotStart, converse, type StartChild, type Task } from "./parser-process.js";
import type { Measurement } from "./measurement.js";
import type { MediaBytes } from "./media-bytes.js";

/** Where files of strangers are parsed. */
export interface Parser {
  /** Waits for its turn, then has the file parsed. */
  readonly parse: (file: MediaBytes, task: Task, signal: AbortSignal) => Promise<Measurement>;
  /** Announces files to come; the function returned takes that back, and the last one to do so ends the processes. */
  readonly enter: () => () => void;
}

/**
 * Parses in other processes, started when needed, `most` at the same time. A few bytes can make a parser run for ever or fill its
 * memory, and only a process can be ended whatever it does: a thread whose heap is full may take the whole program with it.
 */
export function createParser(start: StartChild, most = 4): Parser {
  const idle: ChildProcess[] = [];
  const waiting = new Set<() => void>();
  let busy = 0;
  let guests = 0;

  const takeTurn = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (busy < most) {
        busy++;
        return resolve();
      }
      function turn(): void {
        detach();
        resolve();
      }
      waiting.add(turn);
      const detach = onAbort([signal], (reason) => {
        waiting.delete(turn);
        reject(reason);
      });
    });
  function passTurn(): void {
    const [next] = waiting;
    if (next === undefined) return void busy--;
    waiting.delete(next);
    next();
  }
  async function parse(file: MediaBytes, task: Task, signal: AbortSignal): Promise<Measurement> {
    signal.throwIfAborted();
    await takeTurn(signal);
    let child: ChildProcess | undefined;
    try {
      signal.throwIfAborted();
      const rested = idle.pop();
      child = rested?.connected ? rested : begin(start);
      const measured = await untilAbort(converse(child, file, task), [signal]);
      if (guests > 0) idle.push(child);
      else child.kill("SIGKILL");
      return measured;
    } catch (error) {
      child?.kill("SIGKILL");
      throw error;
    } finally {
      passTurn();
    }
  }
  function enter(): () => void {
    guests++;
    return () => {
      if (--guests === 0) idle.splice(0).forEach((child) => child.kill("SIGKILL"));
    };
  }
  return { parse, enter };
}

function begin(start: StartChild): ChildProcess {
  try {
    // What a process that is being ended still reports is no fault of the program's.
    return start().on("error", () => undefined);
  } catch (cause) {
    throw cannotStart(cause);
  }
}
