import { asSentence } from "../../errors/issue.js";
import type { Clock } from "../../time/clock.js";
import { pause } from "../../time/scope.js";
import type { NoticeCode } from "./batch-types.js";

/** The reason why nothing more is sent. */
export interface Stop {
  readonly code: NoticeCode;
  readonly message: string;
}

/** Failures in a row, without a job that was done between them, after which nothing more is sent. */
const mostFailures = 20;
/** Time between two tries while the balance is too low. */
const retryMs = 60_000;
/** A pause ends early when the last running job has ended. */
const stepMs = 1000;

/** Decides whether rows may be sent. */
export class SubmitGate {
  readonly #clock: Clock;
  readonly #notify: (stop: Stop) => void;
  readonly #hasRunning: () => boolean;
  #stop: Stop | undefined;
  #failures = 0;
  #pausedUntil = -Infinity;
  #isPaused = false;

  constructor(clock: Clock, notify: (stop: Stop) => void, hasRunning: () => boolean) {
    this.#clock = clock;
    this.#notify = notify;
    this.#hasRunning = hasRunning;
  }

  /** The reason why nothing more is sent; undefined while rows are sent. */
  get stopped(): Stop | undefined {
    return this.#stop;
  }

  stop(stop: Stop): void {
    if (this.#stop) return;
    this.#stop = stop;
    this.#notify(stop);
  }

  /** Waits while the balance is too low. */
  async pass(signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      const left = this.#pausedUntil - this.#clock.now();
      if (left <= 0 || this.#stop || !this.#hasRunning()) return;
      await pause(this.#clock, Math.min(stepMs, left), signal);
    }
  }

  /**
   * Pauses because the balance is too low. The next try follows in a minute, as long as jobs run whose end may change the balance;
   * without any, sending stops.
   */
  pauseForBalance(message: string): void {
    if (!this.#hasRunning()) return this.stop({ code: "insufficient_balance", message });
    this.#pausedUntil = this.#clock.now() + retryMs;
    if (!this.#isPaused)
      this.#notify({ code: "insufficient_balance", message: `${message} Sending pauses.` });
    this.#isPaused = true;
  }

  noteSuccess(): void {
    this.#failures = 0;
    this.#isPaused = false;
  }

  noteFailure(message: string): void {
    if (++this.#failures < mostFailures) return;
    this.stop({
      code: "failures",
      message: `${mostFailures} rows failed in a row, the last one with: ${asSentence(message)} Nothing more is sent.`,
    });
  }
}
