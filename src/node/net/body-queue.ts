import type { IncomingMessage } from "node:http";
import type { IdleWatch } from "./idle-watch.js";

/** Above this many bytes in memory the connection is paused. */
const pauseBytes = 256 * 1024;

/**
 * Gives every piece of a body that arrived, also when the connection broke right after it. The platform's stream would drop
 * the pieces that it still holds, and a resumed download would fetch them again. Reading begins at once; iterate only once.
 */
export function queueBody(body: IncomingMessage, idle: IdleWatch): AsyncIterable<Uint8Array> {
  const queue: Uint8Array[] = [];
  let queued = 0;
  let state: "open" | "ended" | "broken" = "open";
  let cause: unknown;
  let wake: (() => void) | undefined;
  function close(next: "ended" | "broken", error?: unknown): void {
    if (state === "open") state = next;
    cause ??= error;
    wake?.();
  }
  body.on("data", (chunk: Uint8Array) => {
    queue.push(chunk);
    queued += chunk.length;
    if (queued >= pauseBytes) body.pause();
    wake?.();
  });
  body.once("end", () => close("ended"));
  body.on("error", (error) => close("broken", error));
  body.once("close", () => close("broken"));
  return {
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const chunk = queue.shift();
        if (chunk !== undefined) {
          queued -= chunk.length;
          if (queued < pauseBytes) body.resume();
          idle.pause();
          yield chunk;
          idle.start();
        } else if (state === "ended") return;
        else if (state === "broken") throw new Error("the connection was closed before the end", { cause });
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
