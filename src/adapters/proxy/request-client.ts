import { createClient } from "../../client.js";
import type { Client } from "../../client.js";
import type { TokenSource } from "../../options/client-options.js";
import type { Settings } from "../../options/settings.js";

/** The options of a client, as it keeps them. */
export interface GivenClient {
  readonly settings: Settings;
  readonly tokens: { source(): TokenSource };
}

/** The last good token of a token function, kept as plain text between requests. */
export interface KnownToken {
  token?: string;
}

/**
 * A client for one request, with the settings of the given one. A client lets its callers share polls and tokens, and on Workers a request
 * that awaits a promise of another request never ends.
 */
export function createRequestClient({ settings, tokens }: GivenClient, known: KnownToken): Client {
  const { log, random, clock, ...others } = settings;
  const token = tokens.source();
  return createClient({
    ...pickOptions(others),
    token: typeof token === "string" ? token : recallToken(token, known),
    allowTokenInBrowser: true,
    clock,
    random,
    logger: {
      info: (line) => log("info", line),
      warn: (line) => log("warn", line),
      error: (line) => log("error", line),
    },
  });
}

function pickOptions(settings: Omit<Settings, "log" | "random" | "clock">) {
  const { baseUrl, balanceUrl, fetch, signal, timeoutMs, requestTimeoutMs, submitTimeoutMs } = settings;
  const { connectTimeoutMs, minPollIntervalMs, maxPollIntervalMs, requestsPerSecond } = settings;
  const { onStatus, onRequest, suggest } = settings;
  return {
    ...{ baseUrl, balanceUrl, fetch, signal, timeoutMs, requestTimeoutMs, submitTimeoutMs },
    ...{ connectTimeoutMs, minPollIntervalMs, maxPollIntervalMs, requestsPerSecond },
    ...{ onStatus, onRequest, suggest },
  };
}

/**
 * Wraps a token function: the known token is used first. Where the client asks a second time, the known token was refused, and the
 * function is called.
 */
function recallToken(source: () => string | Promise<string>, known: KnownToken): () => Promise<string> {
  let isRefused = false;
  return async () => {
    if (known.token === undefined || isRefused) known.token = await source();
    isRefused = true;
    return known.token;
  };
}
