import type { ServerContext } from "@modelcontextprotocol/server";

/** Reports that a call goes on, to a client that asked for it with a token. */
export function createReporter({ mcpReq }: ServerContext): (message: string) => void {
  const token = mcpReq._meta?.progressToken;
  if (token === undefined) return () => {};
  let progress = 0;
  return (message) => {
    if (mcpReq.signal.aborted) return;
    progress += 1;
    const params = { progressToken: token, progress, message };
    mcpReq.notify({ method: "notifications/progress", params }).catch(() => {});
  };
}
