import { createClient } from "runcomfy-models";
import type { Client } from "runcomfy-models";
import { nearest } from "runcomfy-models/catalogue";
import { fileStore, findToken, userRecordPath } from "runcomfy-models/node";
import { openPermissions } from "../permission/permission-book.js";
import { createServerFactory } from "../server/mcp-server.js";
import { closeSession, openSession } from "../session/session.js";
import type { FlagValues } from "../settings/flags.js";
import { readSettings } from "../settings/settings.js";
import { StartError, exitCodes } from "../settings/start-error.js";
import { listTools } from "../tools/tool-list.js";
import { readHttpToken } from "../transports/http-token.js";
import { serveOverHttp } from "../transports/http.js";
import { serveOverStdio } from "../transports/stdio.js";

/** The surroundings of a server. */
export interface ServerSurroundings {
  readonly version: string;
  /** Writes a line to standard error. */
  readonly log: (line: string) => void;
  /** Aborts when the process is told to end. */
  readonly signal: AbortSignal;
}

/**
 * Serves until the client leaves or the process is told to end; then finishes and records what has been sent.
 *
 * @throws StartError where the server cannot start.
 */
export async function serve(values: FlagValues, { version, log, signal }: ServerSurroundings): Promise<void> {
  const settings = await readSettings(values);
  const emulator = values.emulate ? await startEmulator() : undefined;
  try {
    const client = emulator
      ? createClient({ baseUrl: emulator.url, token: emulator.token })
      : await openClient(values["base-url"], log);
    const path = userRecordPath();
    const store = fileStore(path);
    const session = openSession({ client, store, settings, permissions: openPermissions(path), log });
    try {
      const { warning } = await store.open();
      if (warning !== undefined) log(`Warning: ${warning}`);
      const tools = await listTools(session, signal);
      const factory = createServerFactory(session, tools, version);
      const { http } = values;
      if (http === undefined) await serveOverStdio(factory, { log, signal });
      else await serveOverHttp(factory, { port: http, token: await readHttpToken(path), log, signal });
    } finally {
      await closeSession(session);
    }
  } finally {
    await emulator?.close();
  }
}

async function startEmulator() {
  const { startEmulator: start } = await import("runcomfy-models/emulator");
  return start();
}

async function openClient(baseUrl: string | undefined, log: (line: string) => void): Promise<Client> {
  const found = await findToken();
  if (!found)
    throw new StartError(
      "No token. Set RUNCOMFY_TOKEN in the env of this server's entry, or sign in with RunComfy's own command line. " +
        "--emulate needs none.",
      exitCodes.auth,
    );
  if (found.warning !== undefined) log(`Warning: ${found.warning}`);
  return createClient({
    token: found.token,
    ...(baseUrl !== undefined && { baseUrl }),
    suggest: nearest,
    logger: { warn: log, error: log },
  });
}
