import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  createMcpHandler,
  isLegacyRequest,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  validateHostHeader,
  validateOriginHeader,
} from "@modelcontextprotocol/server";
import type { McpServerFactory } from "@modelcontextprotocol/server";
import { StartError, exitCodes } from "../settings/start-error.js";
import { createHttpSessions } from "./http-sessions.js";
import { isAuthorized } from "./http-token.js";
import type { HttpToken } from "./http-token.js";
import { toRequest, writeResponse } from "./web-exchange.js";

/** The address of the HTTP server, its token and its surroundings. */
export interface HttpOptions {
  /** 0 for any free port. */
  readonly port: number;
  readonly token: HttpToken;
  readonly log: (line: string) => void;
  /** Ends the server. */
  readonly signal: AbortSignal;
}

const path = "/mcp";

/**
 * Serves clients of this machine over streamable HTTP until the signal aborts. It listens on 127.0.0.1 only, and answers only requests
 * with the token whose Host and Origin are this machine's: a page in a browser can send requests here, too.
 *
 * @throws StartError (69) where the port cannot be used.
 */
export async function serveOverHttp(factory: McpServerFactory, options: HttpOptions): Promise<void> {
  const { token, log, signal } = options;
  const modern = createMcpHandler(factory, { legacy: "reject", onerror: (error) => log(error.message) });
  const sessions = createHttpSessions(factory);

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = refuseForeign(message, token);
    if (refusal) return writeResponse(refusal, response);
    const request = toRequest(message, response);
    const isSession = request.headers.has("mcp-session-id") || (await isLegacyRequest(request));
    await writeResponse(await (isSession ? sessions.answer(request) : modern.fetch(request)), response);
  }

  const server = createServer((message, response) => {
    answer(message, response).catch((error: unknown) => {
      log(String(error));
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  const port = await listen(server, options.port);
  log(`Listening on http://127.0.0.1:${port}${path}`);
  log(`Clients send the header "Authorization: Bearer TOKEN", with the token of ${token.from}.`);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await modern.close();
  await sessions.close();
  server.close();
  server.closeAllConnections();
}

/** The answer to a request that is not let in. */
function refuseForeign(message: IncomingMessage, token: HttpToken): Response | undefined {
  const { host, origin, authorization } = message.headers;
  const isOwnHost = validateHostHeader(host, localhostAllowedHostnames()).ok;
  const isOwnOrigin = validateOriginHeader(origin, localhostAllowedOrigins()).ok;
  if (!isOwnHost || !isOwnOrigin)
    return refuse(403, "The Host or Origin of the request is not this machine.");
  if (!isAuthorized(authorization, token)) return refuse(401, "The request has no valid token.");
  const { pathname } = new URL(message.url ?? "/", "http://127.0.0.1");
  return pathname === path ? undefined : refuse(404, `This server answers at ${path}.`);
}

function refuse(status: number, message: string): Response {
  const headers: { [name: string]: string } = status === 401 ? { "www-authenticate": "Bearer" } : {};
  return Response.json({ error: message }, { status, headers });
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const problem = `--http: port ${port} of 127.0.0.1 cannot be used (${error.message}).`;
      reject(new StartError(problem, exitCodes.service, { cause: error }));
    });
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}
