import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** A stretch of network between a program and a server on this machine, which can be cut. */
export interface Network {
  readonly port: number;
  /** Resets all connections, and refuses new ones until `restore`. */
  cut(): void;
  /** Stops carrying bytes without closing anything, as a lost route does. */
  stall(): void;
  /** Lets everything through again. */
  restore(): void;
  close(): Promise<void>;
}

/** Starts a stretch of network that leads to a port of this machine. */
export const startNetwork = async (target: number): Promise<Network> => {
  const sockets = new Set<Socket>();
  let isCut = false;
  let isStalled = false;
  const server = createServer((near) => {
    if (isCut) return void near.resetAndDestroy();
    const far = connect(target, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      from.on("data", (bytes) => to.write(bytes));
      if (isStalled) from.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.resetAndDestroy();
    },
    stall: () => {
      isStalled = true;
      for (const socket of sockets) socket.pause();
    },
    restore: () => {
      isCut = false;
      isStalled = false;
      for (const socket of sockets) socket.resume();
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
};
