import { untilAbort } from "./scope.js";

/** Lets a number of callers in at once. A caller that finds no permit free waits for one, first come, first served. */
export class Semaphore {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(permits: number) {
    this.#free = permits;
  }

  /** Resolves with a permit, or rejects with the signal's reason. */
  async acquire(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    let grant = () => {};
    const granted = new Promise<void>((resolve) => (grant = resolve));
    this.#waiting.add(grant);
    try {
      await untilAbort(granted, signal);
    } catch (error) {
      // The permit may have come at the same moment: it goes on to the next caller.
      if (!this.#waiting.delete(grant)) this.release();
      throw error;
    }
  }

  release(): void {
    const [next] = this.#waiting;
    if (!next) return void this.#free++;
    this.#waiting.delete(next);
    next();
  }
}
