import { randomUUID } from "node:crypto";
import { ConfigError } from "../errors.js";
import type { Clock } from "../time.js";
import type { Oddity } from "./catalogue.js";
import type { MediaFile, MediaKind } from "./media.js";
import { ownMedia } from "./media.js";
import type { EmulatorModel } from "./models.js";
import { loadCatalogue } from "./models.js";
import { createQueue } from "./queue.js";
import type { EmulatedJob, Milliseconds, Outcome, Queue } from "./queue.js";
import { readSpelling } from "./spelling.js";
import type { Spelling } from "./spelling.js";
import { systemClock } from "../time.js";

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
  /** How long a job stays in the queue, even where a place is free, in milliseconds. Default 250. */
  readonly queueMs?: Milliseconds;
  /** How long a job runs, in milliseconds. Default 1,000. */
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
  /** Names the jobs; the argument counts from 1. Default: a random UUID. */
  readonly requestId?: (count: number) => string;
  /** Default: the platform's. With `createManualClock()` nothing moves until the test says so. */
  readonly clock?: Clock;
}

/** The state of an emulated service. */
export interface World {
  models: ReadonlyMap<string, EmulatorModel>;
  readonly tokens: readonly string[];
  /** Microdollars, by token. */
  readonly balances: Map<string, number>;
  readonly priceUsd: number;
  readonly queue: Queue;
  readonly spelling: Spelling;
  readonly checksInputs: boolean;
  readonly oddities: readonly Oddity[] | "all";
  readonly media: Readonly<Record<MediaKind, MediaFile>>;
  readonly nameJob: () => string;
  readonly clock: Clock;
  /** Where the service is reached, without a slash at the end; known once it listens. */
  origin: string;
}

/** The token that the emulator accepts unless told otherwise. */
export const defaultToken = "emulator-token";

/** Makes the world that the options describe. */
export const createWorld = (options: ServiceOptions): World => {
  const { tokens = defaultToken, balanceUsd = 100, clock = systemClock } = options;
  const { requestId = () => randomUUID() } = options;
  let jobs = 0;
  const accepted = typeof tokens === "string" ? [tokens] : tokens;
  if (accepted.length === 0 || accepted.some((token) => token.trim() === "")) {
    throw new ConfigError("`tokens` must hold at least one token, and none that is empty.");
  }
  return {
    models: indexModels(options.models ?? loadCatalogue()),
    tokens: accepted,
    balances: new Map(accepted.map((token) => [token, Math.round(balanceUsd * 1_000_000)])),
    priceUsd: options.priceUsd ?? 0.05,
    queue: createQueue({
      clock,
      concurrency: options.concurrency ?? 8,
      queueMs: options.queueMs ?? 250,
      runMs: options.runMs ?? 1_000,
      outcome: options.outcome ?? (() => "succeeded"),
    }),
    spelling: readSpelling(options.spelling),
    checksInputs: options.badInputs !== "accept",
    oddities: options.oddities ?? [],
    media: { ...ownMedia, ...options.media },
    nameJob: () => requestId(++jobs),
    clock,
    origin: "",
  };
};

/** Models by id. */
export const indexModels = (models: readonly EmulatorModel[]): ReadonlyMap<string, EmulatorModel> =>
  new Map(models.map((model) => [model.id, model]));
