import { randomUUID } from "node:crypto";
import { ConfigError } from "../errors/errors.js";
import type { Clock } from "../time/clock.js";
import type { Oddity } from "./catalogue.js";
import { createMishaps, guard, type Mishaps } from "./hooks.js";
import type { MediaFile, MediaKind } from "./media.js";
import { ownMedia } from "./media.js";
import type { EmulatorModel } from "./models.js";
import { loadCatalogue } from "./models.js";
import { jobName, outcome as outcomeShape } from "./option-rules.js";
import type { ServiceOptions } from "./options.js";
import { createQueue } from "./queue.js";
import type { Milliseconds, Queue } from "./queue.js";
import { dropUndefined, duration } from "./shapes.js";
import { readSpelling } from "./spelling.js";
import type { Spelling } from "./spelling.js";
import { systemClock } from "../time/clock.js";

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
  readonly mishaps: Mishaps;
  /** Where the service is reached, without a slash at the end; known once it listens. */
  origin: string;
}

/** The token that the emulator accepts unless told otherwise. */
export const defaultToken = "emulator-token";

/** Makes the world that the options describe. */
export function createWorld(options: ServiceOptions): World {
  const { tokens = defaultToken, balanceUsd = 100, clock = systemClock } = options;
  const accepted = typeof tokens === "string" ? [tokens] : tokens;
  return {
    models: indexModels(options.models ?? loadCatalogue()),
    tokens: accepted,
    balances: new Map(accepted.map((token) => [token, Math.round(balanceUsd * 1_000_000)])),
    priceUsd: options.priceUsd ?? 0.05,
    queue: createQueue({
      clock,
      concurrency: options.concurrency ?? 8,
      queueMs: guardTime("queueMs", options.queueMs ?? 250),
      runMs: guardTime("runMs", options.runMs ?? 1_000),
      outcome: guard("outcome", options.outcome ?? (() => "succeeded"), outcomeShape),
    }),
    spelling: readSpelling(options.spelling),
    checksInputs: options.badInputs !== "accept",
    oddities: options.oddities ?? [],
    media: { ...ownMedia, ...dropUndefined(options.media ?? {}) },
    nameJob: createNames(options.requestId ?? (() => randomUUID())),
    clock,
    mishaps: createMishaps(),
    origin: "",
  };
}

/** Models by id. */
export function indexModels(models: readonly EmulatorModel[]): ReadonlyMap<string, EmulatorModel> {
  return new Map(models.map((model) => [model.id, model]));
}

function guardTime(name: string, time: Milliseconds): Milliseconds {
  return typeof time === "number" ? time : guard(name, time, duration);
}

/** Ids for jobs. One that was used would hide a job, and what it cost, behind another. */
function createNames(requestId: (count: number) => string): () => string {
  const used = new Set<string>();
  const name = guard("requestId", requestId, jobName);
  let count = 0;
  return () => {
    const id = name(++count);
    if (used.has(id)) {
      throw new ConfigError(
        `\`requestId\` gave ${JSON.stringify(id)} for job ${count}, which another job has already. ` +
          "Give each its own: the argument counts the jobs.",
      );
    }
    used.add(id);
    return id;
  };
}
