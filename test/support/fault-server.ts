import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** One request as it came over the wire. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly head: string;
  readonly body: string;
}

/** What to do with a whole request; whatever it writes goes out as it is. */
export type Act = (socket: Socket, request: WireRequest, nth: number) => void;

export interface FaultServer {
  readonly url: string;
  readonly port: number;
  /** Requests that came whole: each POST among them would have been charged. */
  readonly requests: WireRequest[];
  /** Connections opened. */
  readonly connections: number;
  close(): Promise<void>;
}

export const http = (status: string, body: string, headers = "content-type: application/json\r\n"): string =>
  `HTTP/1.1 ${status}\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`;

/** A server of bytes: it can cut, lie and stall where an HTTP server would not let it. */
export const startFaultServer = async (
  act: Act,
  onConnect?: (socket: Socket) => void,
): Promise<FaultServer> => {
  const requests: WireRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    onConnect?.(socket);
    let text = "";
    socket.on("data", (data) => {
      text += data.toString("latin1");
      const end = text.indexOf("\r\n\r\n");
      if (end < 0) return;
      const head = text.slice(0, end);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      const [method = "", path = ""] = head.split(" ");
      const request = { method, path, head, body: text.slice(end + 4, end + 4 + length) };
      text = text.slice(end + 4 + length);
      requests.push(request);
      act(socket, request, requests.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    get connections() {
      return connections;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
};
