import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { measureImage } from "./image-measurement.js";
import type { ChildMessage, ParseTask, RequestedBytes } from "./parser-messages.js";
import { measureTracks } from "./track-measurement.js";
import { messageOf } from "../../errors/error-message.js";

/**
 * Starts the thread that parses, and passes messages between it and the parent. A parser that never returns blocks only its thread:
 * the main thread stays able to end the process as soon as the parent is gone.
 */
function startThread(): void {
  // By this name `locateParser` knows this file, so it is written here in full.
  const thread = new Worker(new URL(import.meta.url), { name: "runcomfy-models-parser" });
  thread.on("message", (message: ChildMessage) => process.send?.(message));
  thread.on("exit", () => process.exit(1));
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  process.on("message", (message: ParseTask | RequestedBytes) => thread.postMessage(message));
  process.on("disconnect", () => process.exit());
}

const requests = new Map<number, (bytes: Uint8Array | undefined) => void>();
let requestCount = 0;

function tellParent(message: ChildMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  parentPort?.postMessage(message);
}

function readFromParent(start: number, end: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const id = requestCount++;
    requests.set(id, (bytes) => {
      requests.delete(id);
      if (bytes === undefined) reject(new Error("not read"));
      else resolve(bytes);
    });
    tellParent({ id, start, end });
  });
}

async function parse({ kind, size, head, wanted }: ParseTask): Promise<void> {
  const file = { size, head, read: readFromParent };
  try {
    const measured =
      kind === "image"
        ? await measureImage(file, () => import("image-size"))
        : await measureTracks(file, wanted);
    tellParent({ measured });
  } catch (error) {
    tellParent({ failed: messageOf(error) });
  }
}

if (isMainThread) startThread();
else
  parentPort?.on("message", (message: ParseTask | RequestedBytes) => {
    if ("id" in message) requests.get(message.id)?.(message.bytes);
    else void parse(message);
  });
