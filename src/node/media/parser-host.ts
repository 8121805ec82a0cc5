import { EventEmitter } from "node:events";
import { Worker } from "node:worker_threads";
import type { ParserHost, ParseTask, RequestedBytes } from "./parser-messages.js";
import { locateParser, startChild } from "./parser-process.js";
import { findObstacle, readProgram } from "./running-program.js";
import { UnmeasurableError } from "./unmeasurable.js";

/** Starts a process or a thread that can parse a task. */
export type StartHost = (task: Pick<ParseTask, "kind">) => ParserHost | Promise<ParserHost>;

/**
 * Starts a process where this program is plain Node, Deno or Bun. Elsewhere a process would run the program once more: pictures are
 * then parsed in a thread, whose time and heap are limited; recordings are not measured.
 */
export async function startHost({ kind }: Pick<ParseTask, "kind">): Promise<ParserHost> {
  const obstacle = findObstacle(await readProgram());
  if (obstacle === undefined) return startChild();
  if (kind === "image") return new ParserThread(locateParser());
  throw new UnmeasurableError(
    `videos and sound are measured in a process of their own, and ${obstacle}, which would start itself again`,
  );
}

const heapMegabytes = 64;

/** A thread that runs `parser-child`. It has no environment, so no token. */
export class ParserThread extends EventEmitter implements ParserHost {
  readonly takesOnlyImages = true;
  readonly #worker: Worker;
  #isAlive = true;

  constructor(file: URL) {
    super();
    this.#worker = new Worker(file, {
      env: {},
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: 8 },
    });
    this.#worker.on("message", (message) => this.emit("message", message));
    // A full heap also emits such an error, and the thread's exit follows it.
    this.#worker.on("error", () => undefined);
    this.#worker.on("exit", () => {
      this.#isAlive = false;
      this.emit("exit");
    });
  }

  get connected(): boolean {
    return this.#isAlive;
  }

  send(message: ParseTask | RequestedBytes): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
    this.#worker.postMessage(message);
  }

  kill(): void {
    this.#isAlive = false;
    void this.#worker.terminate();
  }
}
