import { ConfigError } from "../errors/errors.js";
import { createShare, timedOut, within } from "../time/clock.js";
import type { Clock, Signals } from "../time/clock.js";

/** A token, or a function that gives one: asked once, and again when the service refuses the last one. */
export type TokenSource = string | (() => string | Promise<string>);

/** The tokens of one client. */
export interface Tokens {
  get(signals: Signals): Promise<string>;
  /** Another token after this one was refused, or undefined where there is none. Callers at the same time share one request. */
  replace(refused: string, signals: Signals): Promise<string | undefined>;
  /** The text without any token of this client. */
  scrub(text: string): string;
}

const names = ["RUNCOMFY_TOKEN", "RUNCOMFY_API_TOKEN", "RUNCOMFY_API_KEY"] as const;

/** The first of these variables that is set, where there is an environment. */
export function readEnvironment(...variables: readonly string[]): string | undefined {
  const scope = globalThis as { process?: { env?: { readonly [name: string]: string | undefined } } };
  return variables.map((name) => scope.process?.env?.[name]).find(Boolean);
}

/** The token of the environment, where there is one. */
export function tokenOfEnvironment(): string | undefined {
  return readEnvironment(...names);
}

/** Whether a value has the form of a token: nothing that a header, a quote or a shell would take for a sign of its own. */
export function isToken(value: unknown): boolean {
  return typeof value === "string" && /^[!#-&(-[\]-_a-~]{1,4096}$/.test(value);
}

/** Refuses a token that the platform would print in an error of its own: `new Headers` quotes what it cannot take. */
export function checkToken(token: unknown): string {
  if (typeof token !== "string" || token.trim() === "") {
    throw new ConfigError(`No token. Set ${names[0]}, or give createClient({ token }).`);
  }
  if (isToken(token)) return token;
  const end = token.length > 12 ? `, ends in ${JSON.stringify(token.slice(-4))}` : "";
  throw new ConfigError(
    `The token (${token.length} characters${end}) holds spaces, line breaks, quotes, or signs outside ASCII. ` +
      `Give it alone, without "Bearer".`,
  );
}

/** An answer may quote the token with signs escaped as in JSON or in a URL, and be read back into the token afterwards. */
function spellingsOf(token: string): RegExp {
  function spell(sign: string) {
    const hex = sign.charCodeAt(0).toString(16);
    return `(?:\\\\{0,15}(?:\\x${hex}|u00${hex})|%${hex})`;
  }
  return new RegExp(token.replace(/./g, spell), "gi");
}

const shortestSecret = 8;

/** Keeps the token, asks the function for it at most once at a time, and knows what to hide. */
export function createTokens(source: TokenSource, clock: Clock, timeoutMs: number): Tokens {
  const known = new Map<string, RegExp>();
  function remember(token: string) {
    // Shorter ones are words of a test, and would tear ids and states apart.
    if (token.length < shortestSecret) return token;
    known.set(token, spellingsOf(token));
    // A service that rotates tokens for months must not grow this map.
    if (known.size > 20) known.delete([...known.keys()][0]!);
    return token;
  }
  let current = typeof source === "string" ? remember(checkToken(source)) : undefined;
  const share = createShare();
  const ask = (signals: Signals) =>
    share("", signals, async (signal) => {
      let token: unknown;
      try {
        // A turn later, so that a function that uses its own client waits for itself, and does not call itself without end.
        token = await within(clock, timeoutMs, [signal], () =>
          Promise.resolve().then(source as () => unknown),
        );
      } catch (error) {
        const what = error === timedOut ? `gave none within ${timeoutMs} ms` : `threw ${nameOf(error)}`;
        throw new ConfigError(
          `The token function ${what}. (Its message is left out: it could hold the token.)`,
        );
      }
      return (current = remember(checkToken(token)));
    });
  return {
    get: async (signals) => current ?? ask(signals),
    replace: async (refused, signals) => {
      if (typeof source === "string") return undefined;
      const token = current && current !== refused ? current : await ask(signals);
      return token === refused ? undefined : token;
    },
    scrub: (text) => {
      for (const spellings of known.values()) text = text.replace(spellings, "[token]");
      return text;
    },
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name.slice(0, 50) : typeof error;
}
