import { randomUUID } from "node:crypto";
import { ConfigError } from "../../errors/errors.js";
import { systemClock } from "../../time/clock.js";
import type { Clock } from "../../time/clock.js";
import { loadCatalogue } from "../jobs/catalogue-file.js";
import type { Milliseconds } from "../jobs/emulated-job.js";
import type { EmulatorModel } from "../jobs/emulator-model.js";
import { createQueue } from "../jobs/job-queue.js";
import type { Queue } from "../jobs/job-queue.js";
import { ownMedia } from "../jobs/media-file.js";
import type { MediaFile, MediaKind } from "../jobs/media-file.js";
import type { ImageSize } from "../jobs/received-media.js";
import { anOutcome, aRequestId, aTime, dropUndefined } from "../jobs/value-rules.js";
import { createCallbackErrors, guardCallback } from "./callback-errors.js";
import type { CallbackErrors } from "./callback-errors.js";
import { readQuirks } from "./quirks.js";
import type { Quirk } from "./quirks.js";
import type { ServiceOptions } from "./service-options.js";
import { readWireFormat } from "./wire-format.js";
import type { WireFormat } from "./wire-format.js";

/** The state of an emulated service. */
export interface ServiceState {
  models: ReadonlyMap<string, EmulatorModel>;
  readonly tokens: readonly string[];
  /** Microdollars, by token. */
  readonly balances: Map<string, number>;
  readonly priceUsd: number;
  readonly queue: Queue;
  readonly wireFormat: WireFormat;
  readonly checksInputs: boolean;
  readonly quirks: ReadonlySet<Quirk>;
  readonly media: Readonly<Record<MediaKind, MediaFile>>;
  readonly createJobId: () => string;
  readonly clock: Clock;
  /** Undefined where the package `image-size` is not installed. */
  readonly imageSize: ImageSize | undefined;
  readonly callbackErrors: CallbackErrors;
  /** The address of the service, without a slash at the end; known once it listens. */
  origin: string;
}

/** The token that the emulator accepts unless the options name another. */
export const defaultToken = "emulator-token";

/** Makes the state that the options describe. */
export async function createService(options: ServiceOptions): Promise<ServiceState> {
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
      outcome: guardCallback("outcome", options.outcome ?? (() => "succeeded"), anOutcome),
    }),
    wireFormat: readWireFormat(options.wireFormat),
    checksInputs: options.badInputs !== "accept",
    quirks: readQuirks(options.quirks),
    media: { ...ownMedia, ...dropUndefined(options.media ?? {}) },
    createJobId: createJobIds(options.requestId ?? (() => randomUUID())),
    clock,
    imageSize: await import("image-size").then(
      ({ imageSize }) => imageSize,
      () => undefined,
    ),
    callbackErrors: createCallbackErrors(),
    origin: "",
  };
}

/** Models by id. */
export function indexModels(models: readonly EmulatorModel[]): ReadonlyMap<string, EmulatorModel> {
  return new Map(models.map((model) => [model.id, model]));
}

function guardTime(name: string, time: Milliseconds): Milliseconds {
  return typeof time === "number" ? time : guardCallback(name, time, aTime);
}

/** Makes ids for jobs. An id that is used twice would hide the first job, and its cost, behind the second. */
function createJobIds(requestId: (count: number) => string): () => string {
  const used = new Set<string>();
  const nextId = guardCallback("requestId", requestId, aRequestId);
  let count = 0;
  return () => {
    const id = nextId(++count);
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
