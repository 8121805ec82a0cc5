import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Network } from "../../../src/node/net/network.js";
import type { Clock } from "../../../src/time/clock.js";

const fixture = (name: string): URL => new URL(`../../fixtures/${name}`, import.meta.url);

export const readMedia = (name: string): Buffer => readFileSync(fixture(`media/${name}`));
export const mediaPath = (name: string): string => fixture(`media/${name}`).pathname;

/** A certificate for made-up hosts; nothing trusts it but these tests. */
const tls = {
  cert: readFileSync(fixture("media-host/cert.pem"), "utf8"),
  key: readFileSync(fixture("media-host/key.pem"), "utf8"),
};

export interface MediaServer {
  readonly port: number;
  readonly requests: IncomingMessage[];
  readonly close: () => Promise<void>;
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A real server on a free port, with TLS unless told otherwise. */
export const startMediaServer = async (answer: Answer, secure = true): Promise<MediaServer> => {
  const requests: IncomingMessage[] = [];
  const listener: RequestListener = (request, response) => {
    requests.push(request);
    answer(request, response);
  };
  const server = secure ? createSecureServer(tls, listener) : createServer(listener);
  server.on("clientError", (_error, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** Sends a body the way a good media host does: length, strong ETag, ranges, `If-Range`. */
export const serve = (
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
  { etag = '"v1"', type = "image/png" }: { etag?: string; type?: string } = {},
): void => {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
  const same = request.headers["if-range"] === undefined || request.headers["if-range"] === etag;
  const headers = { etag, "content-type": type, "accept-ranges": "bytes" };
  if (range === null || !same) {
    response.writeHead(200, { ...headers, "content-length": body.length });
    response.end(body);
    return;
  }
  const start = Number(range[1]);
  const end = Math.min(range[2] === "" ? Infinity : Number(range[2]), body.length - 1);
  if (start >= body.length) {
    response.writeHead(416, { "content-range": `bytes */${body.length}` }).end();
    return;
  }
  const part = body.subarray(start, end + 1);
  response.writeHead(206, {
    ...headers,
    "content-length": part.length,
    "content-range": `bytes ${start}-${end}/${body.length}`,
  });
  response.end(part);
};

/** Sends headers that promise the whole, then a part of the body, then cuts the connection. */
export const cutAfter = (
  response: ServerResponse,
  body: Buffer,
  bytes: number,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(200, { "content-length": body.length, "content-type": "image/png", ...headers });
  response.write(body.subarray(0, bytes), () => setImmediate(() => response.socket?.destroy()));
};

/** A clock whose short sleeps (pauses between attempts) pass at once; long ones (idle times) wait for `advance`. */
export const createTestClock = (): Clock & {
  readonly advance: (ms: number) => void;
  readonly pauses: number[];
} => {
  let now = 0;
  const pauses: number[] = [];
  const sleepers = new Set<{ end: number; wake: () => void }>();
  return {
    pauses,
    now: () => now,
    date: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        if (ms < 5000) {
          pauses.push(ms);
          return void setImmediate(resolve);
        }
        const sleeper = {
          end: now + ms,
          wake: () => {
            sleepers.delete(sleeper);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
      }),
    advance: (ms) => {
      now += ms;
      for (const sleeper of sleepers) if (sleeper.end <= now) sleeper.wake();
    },
  };
};

/** A network on which every name is a public address, and every connection ends at the test's server. */
export const networkTo = (server: MediaServer, changes: Partial<Network> = {}): Network => ({
  clock: createTestClock(),
  resolve: () => Promise.resolve([{ address: "93.184.216.34", family: 4 }]),
  reroute: () => ({ address: "127.0.0.1", port: server.port }),
  ca: tls.cert,
  ...changes,
});
