import { ConfigError } from "../errors/errors.js";
import { checkBaseUrl } from "../protocol/paths.js";
import { systemClock } from "../time/clock.js";
import type { Clock } from "../time/clock.js";
import { untilAbort } from "../time/scope.js";
import { checkOptions } from "./check-options.js";
import type { ClientOptions, Logger, TokenSource } from "./client-options.js";
import { readEnvironment, tokenOfEnvironment } from "./environment.js";
import { clientRules, renamed } from "./option-rules.js";
import { isBrowser } from "./platform.js";

const defaultBaseUrl = "https://model-api.runcomfy.net";
const defaultBalanceUrl = "https://api.runcomfy.net";

const defaultNumbers = {
  timeoutMs: 1_800_000,
  requestTimeoutMs: 30_000,
  submitTimeoutMs: 60_000,
  connectTimeoutMs: 10_000,
  minPollIntervalMs: 500,
  maxPollIntervalMs: 5000,
};

/** Writes one line to the caller's logger. */
export type Log = (level: keyof Logger, message: string) => void;

/** The options of a client with their defaults. */
export interface Settings
  extends
    Readonly<typeof defaultNumbers>,
    Pick<ClientOptions, "requestsPerSecond" | "fetch" | "signal" | "onStatus" | "onRequest" | "suggest"> {
  readonly baseUrl: string;
  readonly balanceUrl: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

/** The options with their defaults; unusable ones are refused here by a ConfigError, before anything is sent. */
export function readOptions(options: ClientOptions): Settings & { readonly token: TokenSource } {
  checkOptions("createClient", options, clientRules, renamed);
  if (!options.allowTokenInBrowser && isBrowser()) {
    throw new ConfigError(
      "This is a browser: whoever opens the page can read the token and spend your balance. Call the service from a " +
        "server of yours. If nobody else opens this page, set allowTokenInBrowser: true.",
    );
  }
  const variable = "RUNCOMFY_BASE_URL";
  const baseUrl =
    options.baseUrl === undefined
      ? checkBaseUrl(readEnvironment(variable) ?? defaultBaseUrl, variable)
      : checkBaseUrl(options.baseUrl);
  const balanceUrl = options.balanceUrl ?? (baseUrl === defaultBaseUrl ? defaultBalanceUrl : baseUrl);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return {
    ...defaultNumbers,
    ...(Object.fromEntries(given) as Partial<typeof defaultNumbers>),
    baseUrl,
    balanceUrl: checkBaseUrl(balanceUrl, "balanceUrl"),
    clock: guardClock(options.clock),
    random: guardNumber(options.random, Math.random),
    token: options.token ?? tokenOfEnvironment() ?? "",
    log: createLog(options.logger),
  };
}

/** Takes the platform's number where the caller's function fails: a paid job may depend on it. */
function guardNumber(own: (() => number) | undefined, platform: () => number): () => number {
  return () => {
    try {
      const given = own?.();
      if (Number.isFinite(given)) return given!;
    } catch {}
    return platform();
  };
}

function guardClock(own: Clock | undefined): Clock {
  if (!own) return systemClock;
  return {
    now: guardNumber(() => own.now(), systemClock.now),
    date: guardNumber(() => own.date(), systemClock.date),
    // Async, so that an error thrown at once becomes a rejection, too; a clock that ignores the signal ends with it all the same.
    sleep: async (ms, signal) => untilAbort(own.sleep(ms, signal), signal),
  };
}

/** A logger's own faults must not become the client's, now or later: there is nowhere left to complain. */
function createLog(logger: Logger | undefined): Log {
  return (level, message) => {
    new Promise((resolve) => resolve(logger?.[level]?.(message))).catch(() => {});
  };
}
