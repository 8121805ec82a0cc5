import { serveStdio, StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import type { McpServerFactory } from "@modelcontextprotocol/server";

/** Serves the client that started this process, until it closes standard input or the signal aborts. */
export async function serveOverStdio(
  factory: McpServerFactory,
  { log, signal }: { readonly log: (line: string) => void; readonly signal: AbortSignal },
): Promise<void> {
  if (process.stdin.isTTY)
    log("This server speaks MCP over standard input: a client starts it (--help). Ctrl-D ends it.");
  const transport = new StdioServerTransport();
  const handle = serveStdio(factory, { transport, onerror: (error) => log(error.message) });
  await new Promise<void>((resolve) => {
    const close = transport.onclose;
    transport.onclose = () => {
      close?.();
      resolve();
    };
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await handle.close();
}
