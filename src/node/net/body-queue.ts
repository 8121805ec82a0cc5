import type { IncomingMessage } from "node:http";

/** What may wait in memory before the connection is told to pause. */
const mostWaiting = 256 * 1024;

/**
 * The pieces of a body, every one that arrived, also when the connection broke right after it: a stream of the platform would drop what
 * it still holds, and a resumed download would fetch it again. Reading begins at once. To be iterated once.
 */
export function queueBody(body: IncomingMessage): AsyncIterable<Uint8Array> {
  const queue: Uint8Array[] = [];
  let waiting = 0;
  let state: "open" | "ended" | "broken" = "open";
  let cause: unknown;
  let wake: (() => void) | undefined;
  function finish(next: "ended" | "broken", error?: unknown): void {
    if (state === "open") state = next;
    cause ??= error;
    wake?.();
  }
  body.on("data", (chunk: Uint8Array) => {
    queue.push(chunk);
    waiting += chunk.length;
    if (waiting >= mostWaiting) body.pause();
    wake?.();
  });
  body.once("end", () => finish("ended"));
  body.on("error", (error) => finish("broken", error));
  body.once("close", () => finish("broken"));
  return {
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const chunk = queue.shift();
        if (chunk !== undefined) {
          waiting -= chunk.length;
          if (waiting < mostWaiting) body.resume();
          yield chunk;
        } else if (state === "ended") return;
        else if (state === "broken") throw new Error("the connection was closed before the end", { cause });
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
