import type { Clock } from "../../time/clock.js";
import type { EmulatedJob, Milliseconds, Outcome } from "../jobs/emulated-job.js";
import type { EmulatorModel } from "../jobs/emulator-model.js";
import type { MediaFile, MediaKind } from "../jobs/media-file.js";
import type { Quirk } from "./quirks.js";
import type { WireFormat } from "./wire-format.js";

// The defaults that are named below are set in `service-state.ts`.

/** The behaviour of the emulated service. */
export interface ServiceOptions {
  /** The models on offer. Default: those of this package's catalogue. */
  readonly models?: readonly EmulatorModel[];
  /** The token that it accepts, or several, each an account of its own. Default `"emulator-token"`. */
  readonly tokens?: string | readonly string[];
  /** The balance of each account at the start, in US dollars. Default 100. */
  readonly balanceUsd?: number;
  /** The price in US dollars of a job whose model has no known price. Default 0.05. */
  readonly priceUsd?: number;
  /** The time that a job stays in the queue, even if it could run at once, in milliseconds; Infinity: for ever. Default 250. */
  readonly queueMs?: Milliseconds;
  /** The time that a job runs, in milliseconds; Infinity: for ever. Default 1,000. */
  readonly runMs?: Milliseconds;
  /** The number of jobs that run at once. Default 8. */
  readonly concurrency?: number;
  /** Decides the end of each job. Default: success. */
  readonly outcome?: (job: EmulatedJob) => Outcome;
  /** Choices for everything that the service writes in more than one way. Default `"documented"`. */
  readonly wireFormat?: "documented" | "observed" | Partial<WireFormat>;
  /** Inputs that the model's schema refuses: refused, or accepted all the same. Default `"refuse"`. */
  readonly badInputs?: "refuse" | "accept";
  /** Deviations of the catalogue from its documentation: some, or `"all"`. Default: none. */
  readonly quirks?: readonly Quirk[] | "all";
  /** Files to serve in place of the emulator's own small ones, by kind. */
  readonly media?: Partial<Record<MediaKind, MediaFile>>;
  /** Gives each job an id of its own; the argument counts the jobs from 1. Default: a random UUID. */
  readonly requestId?: (count: number) => string;
  /** Default: the platform's. With `createManualClock()` time moves only when the test moves it. */
  readonly clock?: Clock;
}
