import { ConfigError } from "../errors/errors.js";
import { show } from "../errors/issue.js";
import type { EmulatorOptions } from "./emulator-options.js";
import { createFaults } from "./faults/fault-list.js";
import type { FaultList, Faults } from "./faults/fault-list.js";
import { describeJob } from "./jobs/emulated-job.js";
import type { EmulatedJob, Outcome } from "./jobs/emulated-job.js";
import type { EmulatorModel } from "./jobs/emulator-model.js";
import { aModelList, anOutcome } from "./jobs/value-rules.js";
import { checkEmulatorOptions } from "./option-check.js";
import { listen } from "./server/http-server.js";
import type { ListeningServer, ServerOptions } from "./server/http-server.js";
import { createRequestLog } from "./server/request-log.js";
import type { RequestLog, SeenRequest } from "./server/request-log.js";
import { createService, indexModels } from "./service/service-state.js";
import type { ServiceState } from "./service/service-state.js";

export { createManualClock } from "./manual-clock.js";
export { loadCatalogue } from "./jobs/catalogue-file.js";
export { defaultToken } from "./service/service-state.js";
export { documented, observed } from "./service/wire-format.js";
export type { ManualClock } from "./manual-clock.js";
export type { EmulatorOptions } from "./emulator-options.js";
export type { Fault } from "./faults/fault.js";
export type { Faults } from "./faults/fault-list.js";
export type { EmulatedJob, JobState, Milliseconds, Outcome } from "./jobs/emulated-job.js";
export type { EmulatorModel } from "./jobs/emulator-model.js";
export type { ReceivedMedia } from "./jobs/received-media.js";
export type { MediaFile, MediaKind } from "./jobs/media-file.js";
export type { SeenRequest } from "./server/request-log.js";
export type { Quirk } from "./service/quirks.js";
export type { Route } from "./service/routes.js";
export type { ServiceOptions } from "./service/service-options.js";
export type { WireFormat } from "./service/wire-format.js";

/** A RunComfy Model API on this machine: no money, no network. */
export interface Emulator {
  /** The `baseUrl` for the client, such as `"http://127.0.0.1:40123"`. */
  readonly url: string;
  /** The address of the balance. */
  readonly balanceUrl: string;
  /** The (first) token that it accepts. */
  readonly token: string;
  /** Every job that was accepted, oldest first, in its present state; a forgotten one in its last state. */
  readonly jobs: readonly EmulatedJob[];
  /** The number of jobs on the bill: accepted and not cancelled. */
  readonly charged: number;
  /** The present balance of the first account, in US dollars. */
  readonly balanceUsd: number;
  /** Every request so far, oldest first (the newest 100,000). */
  readonly requests: readonly SeenRequest[];
  /** The faults that are armed. */
  readonly faults: Faults;
  /** Waits for the next request that fits; it has had its effect, its response has not left yet. Rejects as `close()` does. */
  nextRequest(fits?: (request: SeenRequest) => boolean): Promise<SeenRequest>;
  /** Ends a job now, before its time. Default outcome: success. Throws a RangeError for an unknown job. */
  finish(requestId: string, outcome?: Outcome): void;
  /** Hides a job, as if it were deleted or expired: requests for it get 404001 from now on. */
  forget(requestId: string): void;
  /** Offers other models from now on. */
  publish(models: readonly EmulatorModel[]): void;
  /**
   * Ends every connection at once, answered or not. Rejects, once, with a ConfigError if a function among the options threw or gave
   * an unusable value; the request in which that happened was answered with 500.
   */
  close(): Promise<void>;
}

/**
 * Starts the service on this machine.
 *
 * @throws ConfigError if an option is invalid, `host` is reachable from other machines without `allowRemote`, or the port is taken.
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
  checkEmulatorOptions(options);
  const { host = "127.0.0.1", port = 0, allowRemote = false, allowHosts = [], onRequest } = options;
  if (!isLoopback(host) && !allowRemote) {
    throw new ConfigError(
      `The emulator does not listen on ${JSON.stringify(host)}, which other machines can reach. ` +
        "Use 127.0.0.1, or set `allowRemote: true` (`--allow-remote`) if that is intended.",
    );
  }
  const state = await createService(options);
  const faults = createFaults();
  faults.add(...(options.faults ?? []));
  const log = createRequestLog(state.tokens, (request) =>
    state.callbackErrors.watch("onRequest", () => onRequest?.(request)),
  );
  const ownHosts = { host, isRemote: allowRemote, names: allowHosts };
  const server = await startListening(state, { host, port, ownHosts, faults, log });
  state.origin = `http://${reachable(host)}:${server.port}`;
  return createEmulator(state, faults, log, server);
}

async function startListening(state: ServiceState, options: ServerOptions): Promise<ListeningServer> {
  try {
    return await listen(state, options);
  } catch (error) {
    const cause = error as NodeJS.ErrnoException;
    const advice =
      cause.code === "EADDRINUSE"
        ? " Something listens there already: choose another port, or 0 for any."
        : "";
    throw new ConfigError(
      `The emulator cannot listen on ${options.host}:${options.port} (${cause.message}).${advice}`,
      { cause },
    );
  }
}

function createEmulator(
  state: ServiceState,
  faults: FaultList,
  log: RequestLog,
  server: ListeningServer,
): Emulator {
  const token = state.tokens[0]!;
  return {
    url: state.origin,
    balanceUrl: `${state.origin}/prod/v2/balance`,
    token,
    get jobs() {
      return state.queue.all().map(describeJob);
    },
    get charged() {
      return state.queue.all().filter((job) => job.charged).length;
    },
    get balanceUsd() {
      return state.balances.get(token)! / 1_000_000;
    },
    get requests() {
      return log.all();
    },
    faults,
    nextRequest: (fits = () => true) => state.callbackErrors.orElse(log.next(fits)),
    finish: (requestId, outcome = "succeeded") => finishJob(state, requestId, outcome),
    forget: (requestId) => state.queue.forget(requestId),
    publish: (models) => publishModels(state, models),
    close: async () => {
      await server.close();
      const error = state.callbackErrors.take();
      if (error !== undefined) throw error;
    },
  };
}

function finishJob(state: ServiceState, requestId: string, outcome: Outcome): void {
  const expected = anOutcome(outcome);
  if (expected) throw new ConfigError(`finish: outcome is ${show(outcome)}; it must be ${expected}.`);
  const job = state.queue.get(requestId);
  if (!job) throw new RangeError(`The emulator has no job ${JSON.stringify(requestId)}.`);
  state.queue.finish(job, outcome);
}

function publishModels(state: ServiceState, models: readonly EmulatorModel[]): void {
  const expected = aModelList(models);
  if (expected) throw new ConfigError(`publish takes ${expected}.`);
  state.models = indexModels(models);
}

function isLoopback(host: string): boolean {
  return /^(127(\.\d{1,3}){3}|::1|localhost)$/.test(host);
}

/** The address by which this machine reaches a server on `host`. */
function reachable(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
