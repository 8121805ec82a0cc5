import { createServer } from "node:http";
import { createServer as createNetServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { resetNow } from "../faults/faulty-bytes.js";
import type { FaultList } from "../faults/fault-list.js";
import type { ServiceState } from "../service/service-state.js";
import { serve } from "./http-exchange.js";
import type { OwnHosts } from "./own-hosts.js";
import type { RequestLog } from "./request-log.js";

/** A server that listens. */
export interface ListeningServer {
  readonly port: number;
  /** Ends every connection at once. */
  close(): Promise<void>;
}

/** The address to listen on, the faults to apply and the log to write. */
export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  readonly ownHosts: OwnHosts;
  readonly faults: FaultList;
  readonly log: RequestLog;
}

/** Serves the service over HTTP/1.1. */
export async function listen(state: ServiceState, options: ServerOptions): Promise<ListeningServer> {
  const { ownHosts, faults, log } = options;
  const sockets = new Set<Socket>();
  const http = createServer({ requestTimeout: 0, keepAliveTimeout: 30_000 }, (request, response) => {
    // An unexpected error ends this connection, never the process.
    serve({ state, ownHosts, faults, log, request, response }).catch(() => request.socket.destroy());
  });
  const net = createNetServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    const fault = faults.take({ route: "connection" });
    if (fault?.reset) resetNow(socket);
    else if (!fault?.never) http.emit("connection", socket);
  });
  await new Promise<void>((resolve, reject) => {
    net.once("error", reject);
    net.listen(options.port, options.host, resolve);
  });
  return {
    port: (net.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        net.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
