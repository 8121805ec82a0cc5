import https from "node:https";
import type { Socket } from "node:net";
import { onAbort } from "../../time/scope.js";

interface Connector {
  createConnection: (...args: readonly unknown[]) => Socket;
}

/** The proxies of the environment, where Node was told to use them (22.21, 24.5 and later); `undefined` elsewhere. */
export function readProxies(): object | undefined {
  // Packages put agents of their own in its place, which may have no options.
  return (Object(https.globalAgent.options) as { readonly proxyEnv?: object }).proxyEnv;
}

/** An agent whose connections are tunnels through a proxy; false where there is none. The tunnel ends with the signal. */
export function createTunnel(proxyEnv: object | undefined, signal: AbortSignal): https.Agent | false {
  if (!proxyEnv) return false;
  const agent = new https.Agent({ proxyEnv } as https.AgentOptions) as https.Agent & Connector;
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (...args) => {
    const socket = connect(...args);
    // Node does not end a tunnel with its request until the tunnel is open, so a silent proxy would keep the program alive.
    onAbort(signal, () => socket.destroy());
    return socket;
  };
  return agent;
}
