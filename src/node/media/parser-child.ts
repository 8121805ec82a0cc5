import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { measureImage } from "./image-measurement.js";
import type { Answer, Question, Task } from "./parser-process.js";
import { measureTracks } from "./track-measurement.js";

/** The main thread only passes messages on: whatever the parser does, it ends the process as soon as nobody waits for it. */
function passOn(): void {
  const thread = new Worker(new URL(import.meta.url));
  thread.on("message", (question: Question) => process.send?.(question));
  thread.on("exit", () => process.exit(1));
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  process.on("message", (message: Task | Answer) => thread.postMessage(message));
  process.on("disconnect", () => process.exit());
}

type Take = (answer: Answer) => void;
const waiting = new Map<number, Take>();
let asked = 0;

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
function ask(question: Question): void {
  parentPort?.postMessage(question);
}

function read(start: number, end: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const id = asked++;
    waiting.set(id, ({ bytes }) => {
      waiting.delete(id);
      if (bytes === undefined) reject(new Error("not read"));
      else resolve(bytes);
    });
    ask({ id, start, end });
  });
}

async function work({ kind, size, head, wanted }: Task): Promise<void> {
  const file = { size, head, read };
  try {
    const measured =
      kind === "image"
        ? await measureImage(file, () => import("image-size"))
        : await measureTracks(file, wanted);
    ask({ measured });
  } catch (error) {
    ask({ failed: error instanceof Error ? error.message : String(error) });
  }
}

if (isMainThread) passOn();
else
  parentPort?.on("message", (message: Task | Answer) => {
    if ("id" in message) waiting.get(message.id)?.(message);
    else void work(message);
  });
