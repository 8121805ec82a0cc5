import { createPace, retryGap } from "../../src/time/rate-limiter.js";
import { ConnectionError } from "../../src/errors/errors.js";
import { createHttp, isPassing } from "../../src/wire/requests.js";
import type { Http } from "../../src/wire/requests.js";
import type { ClientOptions } from "../../src/options/client-options.js";
import { readOptions } from "../../src/options/settings.js";
import { pause } from "../../src/time/clock.js";
import { createTokens } from "../../src/wire/token.js";

/** A page with all schemas is large, and some networks are slow. */
const timeoutMs = 120_000;
const mostFailures = 5;
const longestWaitMs = 15 * 60_000;
/** A token shorter than this is a stand-in: hiding it would tear words out of the schemas. */
const shortestSecret = 12;

/** What one read of the service needs beyond its path. */
export interface AskOptions {
  readonly signal: AbortSignal | undefined;
  /** Told when a read is repeated, and why. */
  readonly say: (line: string) => void;
}

/** The client's own calls, without the client: same addresses, same token, same limits, and nothing that is paid. */
export function openHttp(options: ClientOptions): Http {
  const { token, ...settings } = readOptions({ ...options, requestTimeoutMs: timeoutMs });
  const tokens = createTokens(token, settings.clock, settings.requestTimeoutMs);
  const isStandIn = typeof token === "string" && token.length < shortestSecret;
  return createHttp(
    settings,
    isStandIn ? { ...tokens, scrub: (text) => text } : tokens,
    createPace(settings),
  );
}

/** Whether an answer was refused for its length: more than the client reads at once. */
export function isTooLong(error: unknown): boolean {
  return error instanceof ConnectionError && error.message.includes("longer than");
}

/**
 * Reads one address. Passing faults are repeated, five times at most, after the wait that the service asks for.
 *
 * @throws what the last try threw, or the reason of the signal.
 */
export async function ask(
  http: Http,
  path: string,
  { signal, say }: AskOptions,
): Promise<{ readonly [name: string]: unknown }> {
  const { clock, random } = http.settings;
  for (let failures = 1; ; failures++) {
    try {
      const { body } = await http.send({
        make: (api, init) => api.GET(path as "/v1/models", init),
        signals: [signal],
      });
      return body;
    } catch (error) {
      const { retryAfterMs = 0 } = error as { retryAfterMs?: number };
      if (!isPassing(error) || isTooLong(error) || failures > mostFailures || retryAfterMs > longestWaitMs)
        throw error;
      const wait = Math.max(retryAfterMs, retryGap(failures, random));
      say(`${(error as Error).message} Trying again in ${Math.ceil(wait / 1000)} s.`);
      await pause(clock, wait, [signal]);
    }
  }
}
