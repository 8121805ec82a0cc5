import { fork, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import type { Measurement, Wanted } from "./measurement.js";
import type { MediaBytes } from "./media-bytes.js";
import { UnmeasurableError } from "./unmeasurable.js";

/** The message that asks a child to measure a file. */
export interface ParseTask {
  readonly kind: "image" | "tracks";
  readonly size: number;
  readonly head: Uint8Array;
  readonly wanted: Wanted;
}

/** A message of the child: a request for bytes, or the outcome. */
export type ChildMessage =
  | { readonly id: number; readonly start: number; readonly end: number }
  | { readonly measured: Measurement }
  | { readonly failed: string };

/** The bytes of one request; `undefined` when they could not be read. */
export interface RequestedBytes {
  readonly id: number;
  readonly bytes: Uint8Array | undefined;
}

/** Starts a process that runs `parser-child`. */
export type StartChild = () => ChildProcess;

const heapMegabytes = 64;
/** Only a file that lies about the length of a part makes a parser ask for more. */
const mostBytesPerRequest = 16 * 1024 * 1024;

/** The published code stands in one of several folders beside `node`: the bundler decides in which. */
const childFile = new URL("../node/media/parser-child.js", import.meta.url);

/** Starts a process to parse in. It has no environment, so no token, and its output is discarded. */
export function startChild(file: URL = childFile): ChildProcess {
  // In a program that was bundled into one file `fork` would start the program itself again.
  if (!existsSync(file)) throw new Error("its file is not there; keep runcomfy-models out of the bundle");
  return fork(file, {
    execArgv: [`--max-old-space-size=${heapMegabytes}`],
    env: {},
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
}

/** Says in words for the user why there is no process to parse in. */
export function startError(cause: unknown): UnmeasurableError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new UnmeasurableError(`the process to parse it in cannot be started: ${why}`, { cause });
}

/** Has a child measure a file, and sends it the bytes that it asks for. */
export function parseInChild(child: ChildProcess, file: MediaBytes, task: ParseTask): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    let readError: unknown;
    async function sendBytes(id: number, start: number, end: number): Promise<void> {
      try {
        if (end - start > mostBytesPerRequest)
          throw new UnmeasurableError("too much of it would have to be read");
        send(child, { id, bytes: await file.read(start, end) });
      } catch (error) {
        readError ??= error;
        send(child, { id, bytes: undefined });
      }
    }
    function onMessage(message: ChildMessage): void {
      if ("id" in message) return void sendBytes(message.id, message.start, message.end);
      unsubscribe();
      if ("measured" in message) resolve(message.measured);
      else reject(readError ?? new UnmeasurableError(message.failed));
    }
    function onError(error: Error): void {
      unsubscribe();
      reject(startError(error));
    }
    function onExit(): void {
      unsubscribe();
      reject(new UnmeasurableError("to parse it takes too much memory, or breaks the parser"));
    }
    function unsubscribe(): void {
      child.off("message", onMessage).off("error", onError).off("exit", onExit);
    }
    child.on("message", onMessage).on("error", onError).on("exit", onExit);
    send(child, task);
  });
}

function send(child: ChildProcess, message: ParseTask | RequestedBytes): void {
  // Without a callback Node would throw when the child has ended meanwhile; its exit is noticed anyway.
  if (child.connected) child.send(message, () => undefined);
}
