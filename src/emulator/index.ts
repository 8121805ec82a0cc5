import { ConfigError } from "../errors/errors.js";
import { createFaults } from "./faults.js";
import type { Faults } from "./faults.js";
import type { EmulatorModel } from "./models.js";
import { checkOptions, models as modelList, outcome as outcomeShape } from "./option-rules.js";
import type { EmulatorOptions } from "./options.js";
import { describeJob } from "./queue.js";
import type { EmulatedJob, Outcome, QueuedJob } from "./queue.js";
import { createRequestLog } from "./request-log.js";
import type { SeenRequest } from "./request-log.js";
import { listen } from "./server.js";
import { createWorld, indexModels } from "./world.js";
import type { World } from "./world.js";
import { refuse } from "./shapes.js";

export { createManualClock } from "./clock.js";
export { loadCatalogue } from "./models.js";
export { defaultToken } from "./world.js";
export { documented, observed } from "./spelling.js";
export type { ManualClock } from "./clock.js";
export type { Oddity } from "./catalogue.js";
export type { Fault } from "./fault.js";
export type { Faults } from "./faults.js";
export type { MediaFile, MediaKind } from "./media.js";
export type { EmulatorModel } from "./models.js";
export type { EmulatedJob, JobState, Milliseconds, Outcome } from "./queue.js";
export type { SeenRequest } from "./request-log.js";
export type { Route } from "./routes.js";
export type { Spelling } from "./spelling.js";
export type { EmulatorOptions, ServiceOptions } from "./options.js";

/** A RunComfy Model API on this machine: no money, no network. */
export interface Emulator {
  /** The `baseUrl` for the client, such as `"http://127.0.0.1:40123"`. */
  readonly url: string;
  /** Where the balance is. */
  readonly balanceUrl: string;
  /** The (first) token that it accepts. */
  readonly token: string;
  /** Every job that was accepted, oldest first, as it stands now; one that was forgotten, as it stood then. */
  readonly jobs: readonly EmulatedJob[];
  /** How many jobs are on the bill: accepted and not cancelled. */
  readonly charged: number;
  /** What the first account holds now, in US dollars. */
  readonly balanceUsd: number;
  /** Every request so far, oldest first (the newest 100,000). */
  readonly requests: readonly SeenRequest[];
  /** What is to go wrong. */
  readonly faults: Faults;
  /** Waits for the next request that fits: it has had its effect, its answer has not left yet. Rejects as `close()` does. */
  nextRequest(fits?: (request: SeenRequest) => boolean): Promise<SeenRequest>;
  /** Ends a job now, whatever its times say. Default outcome: success. Throws a RangeError where there is no such job. */
  finish(requestId: string, outcome?: Outcome): void;
  /** Lets a job be gone, as one that was deleted or has expired: 404001 from now on. */
  forget(requestId: string): void;
  /** Offers other models from now on. */
  publish(models: readonly EmulatorModel[]): void;
  /**
   * Ends every connection at once, answered or not. Rejects, once, with a ConfigError where a function among the options threw or gave
   * what cannot be used; the call in which that happened was answered with 500.
   */
  close(): Promise<void>;
}

/**
 * Starts the service on this machine.
 *
 * @throws ConfigError where an option cannot be used, `host` is reachable from elsewhere and `allowRemote` is not set, or the port is
 * taken.
 *
 * @example
 * const emulator = await startEmulator();
 * const client = createClient({ baseUrl: emulator.url, token: emulator.token });
 * emulator.faults.add({ route: "submit", reset: "after" });
 * await client.run(model, input).catch((error) => console.log(error.code)); // "submit_unknown"
 * console.log(emulator.charged); // 1
 * await emulator.close();
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  checkOptions(options);
  const { host = "127.0.0.1", port = 0, onRequest } = options;
  if (!isLoopback(host) && !options.allowRemote) {
    throw new ConfigError(
      `The emulator does not listen on ${JSON.stringify(host)}, which other machines can reach. ` +
        "Use 127.0.0.1, or set `allowRemote: true` (`--allow-remote`) if that is what you want.",
    );
  }
  const world = createWorld(options);
  const faults = createFaults();
  faults.add(...(options.faults ?? []));
  const { mishaps } = world;
  const log = createRequestLog(world.tokens, (request) =>
    mishaps.watch("onRequest", () => onRequest?.(request)),
  );
  const server = await listen(world, { host, port, faults, log }).catch((cause: NodeJS.ErrnoException) => {
    const advice =
      cause.code === "EADDRINUSE"
        ? "Something listens there already: choose another port, or 0 for any."
        : "";
    throw new ConfigError(
      `The emulator cannot listen on ${host}:${port} (${cause.message}). ${advice}`.trim(),
      { cause },
    );
  });
  world.origin = `http://${reachable(host)}:${server.port}`;
  const token = world.tokens[0]!;
  return {
    url: world.origin,
    balanceUrl: `${world.origin}/prod/v2/balance`,
    token,
    get jobs() {
      return world.queue.all().map(describeJob);
    },
    get charged() {
      return world.queue.all().filter((job) => job.charged).length;
    },
    get balanceUsd() {
      return world.balances.get(token)! / 1_000_000;
    },
    get requests() {
      return log.all();
    },
    faults,
    nextRequest: (fits = () => true) => mishaps.orElse(log.next(fits)),
    finish: (requestId, outcome = "succeeded") => {
      if (!outcomeShape.fits(outcome))
        throw refuse("finish: ", { at: "outcome", value: outcome, wanted: outcomeShape });
      world.queue.finish(findJob(world, requestId), outcome);
    },
    forget: (requestId) => world.queue.forget(requestId),
    publish: (models) => {
      if (!modelList.fits(models))
        throw refuse("publish: ", { at: "models", value: models, wanted: modelList });
      world.models = indexModels(models);
    },
    close: async () => {
      await server.close();
      const mishap = mishaps.take();
      if (mishap !== undefined) throw mishap;
    },
  };
}

function isLoopback(host: string): boolean {
  return /^(127(\.\d{1,3}){3}|::1|localhost)$/.test(host);
}

/** The address by which this machine reaches a server on `host`. */
function reachable(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

function findJob(world: World, requestId: string): QueuedJob {
  const job = world.queue.get(requestId);
  if (!job) throw new RangeError(`The emulator has no job ${JSON.stringify(requestId)}.`);
  return job;
}
