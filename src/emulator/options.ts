import type { Clock } from "../time/clock.js";
import type { Oddity } from "./catalogue.js";
import type { Fault } from "./fault.js";
import type { MediaFile, MediaKind } from "./media.js";
import type { EmulatorModel } from "./models.js";
import type { EmulatedJob, Milliseconds, Outcome } from "./queue.js";
import type { SeenRequest } from "./request-log.js";
import type { Spelling } from "./spelling.js";

/** What the emulated service is like. */
export interface ServiceOptions {
  /** The models on offer. Default: those of this package's catalogue. */
  readonly models?: readonly EmulatorModel[];
  /** The token that it accepts, or several, each an account of its own. Default `"emulator-token"`. */
  readonly tokens?: string | readonly string[];
  /** What each account holds at the start, in US dollars. Default 100. */
  readonly balanceUsd?: number;
  /** The price of a job for a model whose price nobody knows, in US dollars. Default 0.05. */
  readonly priceUsd?: number;
  /** How long a job stays in the queue, even where a place is free, in milliseconds; Infinity: for ever. Default 250. */
  readonly queueMs?: Milliseconds;
  /** How long a job runs, in milliseconds; Infinity: for ever. Default 1,000. */
  readonly runMs?: Milliseconds;
  /** How many jobs run at once. Default 8. */
  readonly concurrency?: number;
  /** How a job ends. Default: with success. */
  readonly outcome?: (job: EmulatedJob) => Outcome;
  /** Where the service is known to word things in more than one way. Default `"documented"`. */
  readonly spelling?: "documented" | "observed" | Partial<Spelling>;
  /** Inputs that the model's schema refuses: refused, or accepted all the same. Default `"refuse"`. */
  readonly badInputs?: "refuse" | "accept";
  /** What is odd about the catalogue: some things, or `"all"`. Default: nothing. */
  readonly oddities?: readonly Oddity[] | "all";
  /** Files to serve in place of the emulator's own small ones, by kind. */
  readonly media?: Partial<Record<MediaKind, MediaFile>>;
  /** Names the jobs, each in another way; the argument counts from 1. Default: a random UUID. */
  readonly requestId?: (count: number) => string;
  /** Default: the platform's. With `createManualClock()` nothing moves until the test says so. */
  readonly clock?: Clock;
}

/** What the emulator is like, and where it listens. */
export interface EmulatorOptions extends ServiceOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default `"127.0.0.1"`. An address that others can reach needs `allowRemote`. */
  readonly host?: string;
  /** Allows a `host` that is not this machine alone. Default false. */
  readonly allowRemote?: boolean;
  /** What is to go wrong from the start. Default: nothing. */
  readonly faults?: readonly Fault[];
  /** Called once per request, when it is answered or dropped. What it throws, `close()` rejects with. Default: nothing happens. */
  readonly onRequest?: (request: SeenRequest) => void;
}
