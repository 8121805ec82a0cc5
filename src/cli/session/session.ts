import { createClient } from "../../index.js";
import type { Client, RequestEvent } from "../../index.js";
import { findToken } from "../../node/token/find-token.js";
import type { FoundToken } from "../../node/token/find-token.js";
import { checkBaseUrl, serviceOrigin } from "../../protocol/paths.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";
import { self } from "../terminal/invocation.js";
import { plain } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import type { ServiceArgs } from "./job-args.js";

/** A client, with the terminal and the address that its command uses. */
export interface Session {
  readonly terminal: Terminal;
  readonly client: Client;
  readonly baseUrl: string | undefined;
  /** The service's host, as remarks name it. */
  readonly host: string;
  /** Takes the token out of a text. */
  readonly hide: (text: string) => string;
  /** Called after each request; a wait that draws its own line replaces it. */
  onRequest: (event: RequestEvent) => void;
}

/**
 * The address of the service, as records have it.
 *
 * @throws ConfigError if the address that was given cannot be used; it names the option or the variable.
 */
export function readOrigin(options: ServiceArgs): string {
  const source = options.baseUrl === undefined ? "RUNCOMFY_BASE_URL" : "--base-url";
  return checkBaseUrl(readBaseUrl(options) ?? serviceOrigin, source);
}

/** The address of the service: the option, else `RUNCOMFY_BASE_URL`, else undefined for the service's own. */
export function readBaseUrl(options: ServiceArgs): string | undefined {
  return options.baseUrl ?? (process.env["RUNCOMFY_BASE_URL"] || undefined);
}

/**
 * A client with the token that this machine has.
 *
 * @throws CommandError (77) if there is no token, ConfigError if the address of the service cannot be used.
 */
export async function openSession(terminal: Terminal, options: ServiceArgs): Promise<Session> {
  const found = await findToken();
  if (!found) throw new CommandError(noToken, exitCodes.auth);
  if (found.warning !== undefined) terminal.say(`Warning: ${found.warning}`);
  const origin = readOrigin(options);
  const { host } = new URL(origin);
  const client = createClient({
    token: found.token,
    onRequest: (event) => session.onRequest(event),
    baseUrl: origin,
    suggest: async (id) => (await import("../../catalogue/shipped.js")).nearest(id),
    logger: {
      warn: (line) => terminal.say(`Warning: ${putOnOneLine(line)}`),
      error: (line) => terminal.say(putOnOneLine(line)),
    },
  });
  const session: Session = {
    terminal,
    client,
    baseUrl: readBaseUrl(options),
    host,
    hide: (text) => text.replaceAll(found.token, "[token]"),
    onRequest: (event) => reportPause(terminal, host, event),
  };
  terminal.live(`connecting to ${host}`);
  return session;
}

/** Prints the reason for a pause, where the client repeats a request by itself. */
function reportPause(terminal: Terminal, host: string, { status, retryAfterMs = 0 }: RequestEvent): void {
  if (status === 429)
    terminal.say(`Too many requests: ${host} asks to wait ${Math.ceil(retryAfterMs / 1000)} s.`);
}

/** Puts a remark on one line. It may quote the service, and a line break in the quotation must not look like another remark. */
function putOnOneLine(line: string): string {
  return plain(line.replace(/\s+/g, " "));
}

/** The source and the length of the token, without the token. */
export function describeToken(found: FoundToken): string {
  return `${found.from}, ${found.token.length} characters`;
}

/** The ways to a token, for users without one. */
export const noToken = `No token. Make one on your profile page at runcomfy.com, then either
  export RUNCOMFY_TOKEN=…
(RUNCOMFY_API_TOKEN and RUNCOMFY_API_KEY are read as well), or sign in with
RunComfy's own command line, whose token file is read, too.
To try without a token or money:  ${self} emulate`;
