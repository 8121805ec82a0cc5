import { checkBaseUrl } from "../protocol/paths.js";
import { ConfigError } from "../errors/errors.js";
import type { ClientOptions, Logger, Settings } from "./client-options.js";
import { isBrowser } from "./platform.js";
import { checkTime } from "./time-limit.js";
import { systemClock } from "../time/clock.js";
import type { Clock } from "../time/clock.js";
import { readEnvironment, tokenOfEnvironment } from "../wire/token.js";
import type { TokenSource } from "../wire/token.js";

const usualBase = "https://model-api.runcomfy.net";
const usualBalance = "https://api.runcomfy.net";

const numbers = {
  timeoutMs: 1_800_000,
  requestTimeoutMs: 30_000,
  submitTimeoutMs: 60_000,
  connectTimeoutMs: 10_000,
  minGapMs: 500,
  maxGapMs: 5000,
  looksPerSecond: 10,
};

/** The options with their defaults; what cannot be used is refused here, before anything is sent. */
export function readOptions(options: ClientOptions): Settings & { readonly token: TokenSource } {
  for (const name of Object.keys(numbers) as (keyof typeof numbers)[]) checkTime(name, options[name]);
  if (!options.allowTokenInBrowser && isBrowser()) {
    throw new ConfigError(
      "This is a browser: whoever opens the page can read the token and spend your balance. Call the service from a " +
        "server of yours. If nobody else opens this page, set allowTokenInBrowser: true.",
    );
  }
  const variable = "RUNCOMFY_BASE_URL";
  const baseUrl =
    options.baseUrl === undefined
      ? checkBaseUrl(readEnvironment(variable) ?? usualBase, variable)
      : checkBaseUrl(options.baseUrl);
  return {
    ...numbers,
    ...dropUndefined(options),
    baseUrl,
    balanceUrl: checkBaseUrl(
      options.balanceUrl ?? (baseUrl === usualBase ? usualBalance : baseUrl),
      "balanceUrl",
    ),
    clock: steadyClock(options.clock),
    random: steady(options.random, Math.random),
    fetch: options.fetch,
    signal: options.signal,
    onStatus: options.onStatus,
    token: options.token ?? tokenOfEnvironment() ?? "",
    log: createLog(options.logger),
  };
}

/** A number of the caller's; where it fails or is none the platform's, since a paid job may hang on it. */
function steady(own: (() => number) | undefined, usual: () => number): () => number {
  return () => {
    try {
      const given = own?.();
      if (Number.isFinite(given)) return given!;
    } catch {}
    return usual();
  };
}

function steadyClock(own: Clock | undefined): Clock {
  return own
    ? {
        now: steady(() => own.now(), systemClock.now),
        date: steady(() => own.date(), systemClock.date),
        // What it throws at once becomes a rejection, which every caller expects.
        sleep: async (ms, signal) => own.sleep(ms, signal),
      }
    : systemClock;
}

function dropUndefined(options: ClientOptions): ClientOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** A logger's own faults must not become the client's, now or later: there is nowhere left to complain. */
function createLog(logger: Logger | undefined): Settings["log"] {
  return (level, message) => {
    new Promise((resolve) => resolve(logger?.[level]?.(message))).catch(() => {});
  };
}
