import { fork, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Measurement } from "../../media/measurement.js";
import type { MediaBytes } from "./media-bytes.js";
import type { ChildMessage, ParserHost, ParseTask, RequestedBytes } from "./parser-messages.js";
import { findPackageHooks } from "./running-program.js";
import { UnmeasurableError } from "./unmeasurable.js";
import { messageOf } from "../../errors/error-message.js";

const heapMegabytes = 64;
/** The name of the thread that parses. A file without it is another program's, and is never started. */
const parserName = "runcomfy-models-parser";
/** A parser asks for more at once only where a file states a false length of a part. */
const mostBytesPerRequest = 16 * 1024 * 1024;

/**
 * The file that parses. The published code lies in one of several folders beside `node`, as the bundler decides. In a program that
 * was bundled into one file there is no such file, or one of the program's own.
 */
export function locateParser(file: URL = new URL("../node/media/parser-child.js", import.meta.url)): URL {
  let text = "";
  try {
    text = readFileSync(file, "utf8");
  } catch {
    // The check below says what to do.
  }
  if (!text.includes(parserName))
    throw new Error("its file is not there; keep runcomfy-models out of the bundle");
  return file;
}

/** Starts a process to parse in. It has no environment, so no token, and its output is discarded. */
export function startChild(file?: URL): ChildProcess {
  return fork(locateParser(file), {
    execArgv: [...findPackageHooks(), `--max-old-space-size=${heapMegabytes}`],
    env: {},
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
}

/** Says in words for the user why there is no process to parse in. */
export function startError(cause: unknown): UnmeasurableError {
  if (cause instanceof UnmeasurableError) return cause;
  const why = messageOf(cause);
  return new UnmeasurableError(`the process to parse it in cannot be started: ${why}`, { cause });
}

/** Has a file measured in a process or a thread, and sends the bytes that it asks for. */
export function parseInHost(child: ParserHost, file: MediaBytes, task: ParseTask): Promise<Measurement> {
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

function send(child: ParserHost, message: ParseTask | RequestedBytes): void {
  // Without a callback Node would throw when the child has ended meanwhile; its exit is noticed anyway.
  if (child.connected) child.send(message, () => undefined);
}
