import { ConfigError } from "../errors/errors.js";
import type { TokenSource } from "../options/client-options.js";
import { tokenVariables } from "../options/environment.js";
import type { Clock } from "../time/clock.js";
import { scope, timedOut } from "../time/scope.js";
import { createSingleFlight } from "../time/single-flight.js";
import { createScrubber } from "./scrubber.js";

/** The tokens of one client. */
export interface Tokens {
  get(signal: AbortSignal): Promise<string>;
  /** Another token after this one was refused, or undefined where there is none. Callers at the same time share one request. */
  replace(refused: string, signal: AbortSignal): Promise<string | undefined>;
  /** The text without any token of this client. Never throws. */
  scrub(text: string): string;
}

/** Whether a value has the form of a token: printable ASCII without quotes, backslashes and spaces, which headers and shells read. */
export function isToken(value: unknown): boolean {
  return typeof value === "string" && /^[!#-&(-[\]-_a-~]{1,4096}$/.test(value);
}

/** Refuses a token that the platform would print in an error of its own: `new Headers` quotes a value that it cannot take. */
export function checkToken(token: unknown): string {
  if (typeof token !== "string" || token.trim() === "") {
    throw new ConfigError(`No token. Set ${tokenVariables[0]}, or give createClient({ token }).`);
  }
  if (isToken(token)) return token;
  throw new ConfigError(
    token.length > 4096
      ? `The token has ${token.length} characters; at most 4096 can be sent.`
      : `The token (${token.length} characters) holds spaces, line breaks, quotes, or characters outside ASCII. ` +
          `Give it alone, without "Bearer".`,
  );
}

/** Keeps the token, asks the function for it at most once at a time, and knows which texts to hide. */
export function createTokens(source: TokenSource, clock: Clock, timeoutMs: number): Tokens {
  const scrubber = createScrubber();
  const singleFlight = createSingleFlight();
  let current = typeof source === "string" ? keep(source) : undefined;

  function keep(token: unknown): string {
    const checked = checkToken(token);
    scrubber.hide(checked);
    return checked;
  }

  async function callSource(signal: AbortSignal): Promise<string> {
    let token: unknown;
    try {
      // A turn later: a token function that uses its own client waits for itself, instead of calling itself without end.
      token = await scope({ clock, ms: timeoutMs, signals: [signal] }, () =>
        Promise.resolve().then(source as () => unknown),
      );
    } catch (error) {
      const problem = error === timedOut ? `gave none within ${timeoutMs} ms` : `threw ${nameOf(error)}`;
      throw new ConfigError(
        `The token function ${problem}. (Its message is left out: it could hold the token.)`,
      );
    }
    return (current = keep(token));
  }

  return {
    get: async (signal) => current ?? singleFlight("", signal, callSource),
    replace: async (refused, signal) => {
      if (typeof source === "string") return undefined;
      const token =
        current !== undefined && current !== refused ? current : await singleFlight("", signal, callSource);
      return token === refused ? undefined : token;
    },
    scrub: scrubber.scrub,
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name.slice(0, 50) : typeof error;
}
