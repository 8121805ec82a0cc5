import { randomUUID } from "node:crypto";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/server";
import type { McpServerFactory } from "@modelcontextprotocol/server";

/** Connections over HTTP of clients that speak 2025-11-25: that version needs them to ask a person. */
export interface HttpSessions {
  readonly answer: (request: Request) => Promise<Response>;
  readonly close: () => Promise<void>;
}

/** The most sessions at once. A client that never ends its session loses it when this many others have come. */
const mostSessions = 32;

/** Makes the sessions, each with a server of its own. */
export function createHttpSessions(factory: McpServerFactory): HttpSessions {
  const transports = new Map<string, WebStandardStreamableHTTPServerTransport>();

  async function open(): Promise<WebStandardStreamableHTTPServerTransport> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        transports.set(id, transport);
        const [oldest] = transports;
        if (transports.size > mostSessions && oldest) void closeOne(oldest[0]);
      },
      onsessionclosed: (id) => void transports.delete(id),
    });
    const server = await factory({ era: "legacy" });
    await server.connect(transport);
    return transport;
  }

  async function closeOne(id: string): Promise<void> {
    const transport = transports.get(id);
    transports.delete(id);
    await transport?.close();
  }

  return {
    answer: async (request) => {
      const id = request.headers.get("mcp-session-id");
      const transport = id === null ? await open() : transports.get(id);
      return transport ? transport.handleRequest(request) : refuseSession();
    },
    close: async () => {
      await Promise.all([...transports.keys()].map(closeOne));
    },
  };
}

/** The status by which the protocol tells a client to start anew. */
function refuseSession(): Response {
  const error = { code: -32_001, message: "Session not found" };
  return Response.json({ jsonrpc: "2.0", error, id: null }, { status: 404 });
}
