import { fork, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import type { Measurement, Wanted } from "./measurement.js";
import type { MediaBytes } from "./media-bytes.js";
import { UnmeasurableError } from "./unmeasurable.js";

/** What the other process is asked to measure. */
export interface Task {
  readonly kind: "image" | "tracks";
  readonly size: number;
  readonly head: Uint8Array;
  readonly wanted: Wanted;
}

/** What the other process says: that it needs bytes, or what came of it. */
export type Question =
  | { readonly id: number; readonly start: number; readonly end: number }
  | { readonly measured: Measurement }
  | { readonly failed: string };

/** The bytes asked for; none where they could not be read. */
export interface Answer {
  readonly id: number;
  readonly bytes: Uint8Array | undefined;
}

/** Starts the process of `measure-child`. */
export type StartChild = () => ChildProcess;

const heapMegabytes = 64;
/** More is never needed at once, but by a file that lies about the length of a part. */
const mostAtOnce = 16 * 1024 * 1024;

/** The published code may stand in another folder beside `node`: the bundler decides. */
const childFile = new URL("../node/measure-child.js", import.meta.url);

/** Starts a process to parse in. It has no environment, so no token, and nothing that it prints is seen. */
export function startChild(file: URL = childFile): ChildProcess {
  // In a program of one file this package's files are gone, and to fork would be to start that program again.
  if (!existsSync(file)) throw new Error("its file is not there; keep runcomfy-models out of the bundle");
  return fork(file, {
    execArgv: [`--max-old-space-size=${heapMegabytes}`],
    env: {},
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
}

/** Why there is no process, in words for the user. */
export function cannotStart(cause: unknown): UnmeasurableError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new UnmeasurableError(`the process to parse it in cannot be started: ${why}`, { cause });
}

/** Gives the task to the child, and the bytes that it asks for. */
export function converse(child: ChildProcess, file: MediaBytes, task: Task): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    let fault: unknown;
    const send = (message: Task | Answer): void =>
      // Without a function to take it, the news that the child is gone would be thrown.
      void (child.connected && child.send(message, () => undefined));
    async function answer(id: number, start: number, end: number): Promise<void> {
      try {
        if (end - start > mostAtOnce) throw new UnmeasurableError("too much of it would have to be read");
        send({ id, bytes: await file.read(start, end) });
      } catch (error) {
        fault ??= error;
        send({ id, bytes: undefined });
      }
    }
    function hear(message: unknown): void {
      const question = message as Question;
      if ("id" in question) return void answer(question.id, question.start, question.end);
      leave();
      if ("measured" in question) resolve(question.measured);
      else reject(fault ?? new UnmeasurableError(question.failed));
    }
    function fail(error: Error): void {
      leave();
      reject(cannotStart(error));
    }
    function die(): void {
      leave();
      reject(new UnmeasurableError("to parse it takes too much memory, or breaks the parser"));
    }
    const leave = (): void => void child.off("message", hear).off("error", fail).off("exit", die);
    child.on("message", hear).on("error", fail).on("exit", die);
    send(task);
  });
}
