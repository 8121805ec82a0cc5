import { ConfigError } from "../errors/errors.js";
import type { TokenSource } from "../options/client-options.js";
import { tokenVariables } from "../options/environment.js";
import { isToken } from "../protocol/token-form.js";
import type { Clock } from "../time/clock.js";
import { scope, timedOut } from "../time/scope.js";
import { createSingleFlight } from "../time/single-flight.js";
import { lower, readEscapes, scrub, shortestSecret } from "./scrubber.js";

/** The tokens of one client. */
export interface Tokens {
  get(signal: AbortSignal | undefined): Promise<string>;
  /** Another token after this one was refused, or undefined where there is none. Callers at the same time share one request. */
  replace(refused: string, signal: AbortSignal | undefined): Promise<string | undefined>;
  /** Gives the option `token` of the client. A function, so that a print of the client does not show the token. */
  source(): TokenSource;
  /** The text without any token of this client. Never throws. */
  scrub(text: string): string;
}

/** The most tokens that are remembered to be hidden: a service that rotates its tokens for months must not fill the memory. */
const mostSecrets = 20;

/** Keeps the token, asks the function for it at most once at a time, and knows which texts to hide. */
export function createTokens(source: TokenSource, clock: Clock, ms: number): Tokens {
  const secrets = new Set<string>();
  const singleFlight = createSingleFlight();
  let current = typeof source === "string" ? keep(source) : undefined;

  /** Refuses a token that the platform would print in an error of its own: `new Headers` quotes a value that it cannot take. */
  function keep(token: unknown): string {
    if (!isToken(token))
      throw new ConfigError(
        typeof token === "string" && token.trim()
          ? `The token (${token.length} characters) cannot be sent. Give at most 4096 characters of ASCII, without spaces, line ` +
              `breaks, quotes and "Bearer".`
          : `No token. Set ${tokenVariables[0]}, or give createClient({ token }).`,
      );
    // Texts are searched without their escapes, and a token may hold what reads like one, such as `%41`.
    if (token.length >= shortestSecret)
      for (const one of [lower(token), readEscapes(token).plain]) secrets.add(one);
    for (const oldest of secrets) if (secrets.size > mostSecrets) secrets.delete(oldest);
    return token;
  }

  async function callSource(signal: AbortSignal): Promise<string> {
    // In a later microtask, when the single flight knows of this call: a token function that uses its own client then waits for
    // itself until the time is over, instead of calling itself without end.
    const call = () => Promise.resolve().then(source as () => unknown);
    const token = await scope({ clock, ms, signals: [signal] }, call).catch((error: unknown) => {
      const problem = error === timedOut ? `gave none within ${ms} ms` : `threw ${nameOf(error)}`;
      throw new ConfigError(
        `The token function ${problem}. (Its message is left out: it could hold the token.)`,
      );
    });
    return (current = keep(token));
  }

  return {
    get: async (signal) => current ?? singleFlight("", signal, callSource),
    replace: async (refused, signal) => {
      if (current === refused && typeof source !== "string") await singleFlight("", signal, callSource);
      return current === refused ? undefined : current;
    },
    source: () => source,
    scrub: (text) => scrub(text, [...secrets]),
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name.slice(0, 50) : typeof error;
}
