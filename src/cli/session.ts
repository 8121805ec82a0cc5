import { createClient } from "../index.js";
import type { Client } from "../index.js";
import type { FoundToken } from "../node/token/find-token.js";
import { findToken } from "../node/token/find-token.js";
import { CommandError, exitCodes } from "./exit.js";
import { plain } from "./terminal.js";
import type { Terminal } from "./terminal.js";
import { self } from "./words.js";

/** Options that every command that talks to the service takes. */
export interface ServiceOptions {
  readonly baseUrl?: string | undefined;
  /** Seconds. */
  readonly timeout?: string | undefined;
  readonly json?: boolean | undefined;
}

/** What a command works with. */
export interface Session {
  readonly terminal: Terminal;
  readonly client: Client;
  readonly baseUrl: string | undefined;
}

/** The address to talk to: the option, else `RUNCOMFY_BASE_URL`, else the service's own. */
export function baseUrlOf(options: ServiceOptions): string | undefined {
  return options.baseUrl ?? (process.env["RUNCOMFY_BASE_URL"] || undefined);
}

/**
 * A client with the token that this machine has.
 *
 * @throws CommandError (77) where there is no token.
 */
export async function openSession(terminal: Terminal, options: ServiceOptions): Promise<Session> {
  const found = await findToken();
  if (!found) throw new CommandError(noToken, exitCodes.auth);
  if (found.warning !== undefined) terminal.say(`Warning: ${found.warning}`);
  const baseUrl = baseUrlOf(options);
  const client = createClient({
    token: found.token,
    ...(baseUrl !== undefined && { baseUrl }),
    suggest: async (id) => (await import("../catalogue/shipped.js")).nearest(id),
    logger: {
      warn: (line) => terminal.say(`Warning: ${onOneLine(line)}`),
      error: (line) => terminal.say(onOneLine(line)),
    },
  });
  return { terminal, client, baseUrl };
}

/** A remark may quote the service: a line break in it must not pass for a remark of ours. */
function onOneLine(line: string): string {
  return plain(line.replace(/\s+/g, " "));
}

/** Where the token was found, without the token. */
export function describeToken(found: FoundToken): string {
  return `${found.from}, ${found.token.length} characters`;
}

const noToken = `No token. Make one on your profile page at runcomfy.com, then either
  export RUNCOMFY_TOKEN=…
(RUNCOMFY_API_TOKEN and RUNCOMFY_API_KEY are read as well), or sign in with
the vendor's own command line, whose token file is read, too.
To try without a token or money:  ${self} emulate`;

/** Milliseconds of `--timeout`, which counts seconds. */
export function timeoutOf(options: ServiceOptions): number | undefined {
  if (options.timeout === undefined) return undefined;
  const seconds = Number(options.timeout);
  if (!(seconds > 0))
    throw new CommandError(
      `--timeout takes seconds, more than 0. Given: ${JSON.stringify(options.timeout)}.`,
    );
  return seconds * 1000;
}
