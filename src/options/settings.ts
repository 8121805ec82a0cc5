import { ConfigError } from "../errors/errors.js";
import { checkBaseUrl, serviceOrigin } from "../protocol/paths.js";
import { systemClock } from "../time/clock.js";
import type { Clock } from "../time/clock.js";
import { untilAbort } from "../time/scope.js";
import { checkOptions } from "./check-options.js";
import { callBack } from "./callbacks.js";
import type { Log } from "./callbacks.js";
import type { ClientOptions, TokenSource } from "./client-options.js";
import { readEnvironment, tokenVariables } from "./environment.js";
import { clientRules, renamed } from "./option-rules.js";
import { isBrowser } from "./platform.js";
import { defaultWaitMs } from "./wait-time.js";

const defaultBalanceUrl = "https://api.runcomfy.net";

const defaultNumbers = {
  timeoutMs: defaultWaitMs,
  requestTimeoutMs: 30_000,
  submitTimeoutMs: 60_000,
  connectTimeoutMs: 10_000,
  minPollIntervalMs: 500,
  maxPollIntervalMs: 5000,
};

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
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const { allowTokenInBrowser, clock, logger, random = Math.random, ...own } = given as ClientOptions;
  if (!allowTokenInBrowser && isBrowser())
    throw new ConfigError(
      "This is a browser: whoever opens the page can read the token and spend your balance. Call the service from a " +
        "server of yours, or set allowTokenInBrowser: true where nobody else opens the page.",
    );
  const variable = "RUNCOMFY_BASE_URL";
  const { baseUrl: address = readEnvironment(variable) ?? serviceOrigin } = own;
  const baseUrl = checkBaseUrl(address, own.baseUrl === undefined ? variable : "baseUrl");
  const { balanceUrl = baseUrl === serviceOrigin ? defaultBalanceUrl : baseUrl } = own;
  return {
    token: readEnvironment(...tokenVariables) ?? "",
    ...defaultNumbers,
    ...(own as Partial<typeof defaultNumbers>),
    baseUrl,
    balanceUrl: checkBaseUrl(balanceUrl, "balanceUrl"),
    clock: clock ? guardClock(clock) : systemClock,
    random: guardNumber(random, Math.random),
    // A logger that throws, now or later, must not fail the client, and there is nowhere else to report it.
    log: (level, message) =>
      void callBack(
        () => {},
        () => logger?.[level]?.(message),
      ),
  };
}

/** Takes the platform's number where the caller's function fails: a paid job may depend on it. */
function guardNumber(own: () => number, platform: () => number): () => number {
  return () => {
    try {
      const given = own();
      if (Number.isFinite(given)) return given;
    } catch {}
    return platform();
  };
}

function guardClock(own: Clock): Clock {
  return {
    now: guardNumber(() => own.now(), systemClock.now),
    date: guardNumber(() => own.date(), systemClock.date),
    // Async, so that an error thrown at once becomes a rejection, too; a clock that ignores the signal ends with it all the same.
    sleep: async (ms, signal) => untilAbort(own.sleep(ms, signal), signal),
  };
}
