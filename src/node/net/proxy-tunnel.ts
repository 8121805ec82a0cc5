import https from "node:https";
import type { Socket } from "node:net";
import { onAbort } from "../../time/scope.js";

interface Connector {
  createConnection: (...args: readonly unknown[]) => Socket;
}

/**
 * An agent whose connections are tunnels through a proxy, where Node was told to use the proxies of the environment (22.21, 24.5
 * and later); false elsewhere.
 */
export function createTunnel(signal: AbortSignal): https.Agent | false {
  // Packages put agents of their own in its place, which may have no options.
  const { proxyEnv } = Object(https.globalAgent.options) as { readonly proxyEnv?: object };
  if (!proxyEnv) return false;
  const agent = new https.Agent({ proxyEnv } as https.AgentOptions) as https.Agent & Connector;
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (...args) => {
    const socket = connect(...args);
    // Before the tunnel stands Node does not end it with its request, and a silent proxy would keep the program alive.
    onAbort(signal, () => socket.destroy());
    return socket;
  };
  return agent;
}
