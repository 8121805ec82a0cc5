import { request as requestHttp } from "node:http";
import type { IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { brotliDecompressSync, constants, gunzipSync, inflateSync } from "node:zlib";
import { mostBytes } from "../flight.js";
import type { Transport } from "../flight.js";
import { paidPost as paidPostByFetch } from "../paid-post.js";

/**
 * On Node a paid request opens a connection of its own: on a reused one it can be lost before the server saw it, and nobody
 * could tell. The socket's events tell how far it came. A caller's own fetch is respected.
 */
export const paidPost: Transport = (departure, flight, signal) => {
  const { url, init, settings } = departure;
  if (settings.fetch) return paidPostByFetch(departure, flight, signal);
  return new Promise((resolve, reject) => {
    const { body = "" } = init;
    const secure = url.startsWith("https:");
    const connected = new AbortController();
    const sent = (secure ? requestHttps : requestHttp)(url, {
      method: init.method,
      agent: false,
      signal,
      headers: {
        ...init.headers,
        "content-length": Buffer.byteLength(body),
        "accept-encoding": "identity",
      },
    });
    const fail = (error: unknown) => {
      connected.abort();
      sent.destroy();
      reject(error);
    };
    const open = () => {
      connected.abort();
      if (flight.phase === "connecting") flight.phase = "sending";
    };
    // What was written waits in the socket until this event, so nothing has left before it.
    sent.on("socket", (socket) => {
      if (socket.connecting || secure) socket.once(secure ? "secureConnect" : "connect", open);
      else open();
    });
    sent.on("finish", () => {
      // A write that failed in the handshake finishes as well.
      if (flight.phase === "sending") flight.phase = "waiting";
    });
    sent.on("error", fail);
    const lost = () => fail(new Error("the connection was closed"));
    sent.on("close", lost);
    sent.on("upgrade", (response, socket) => {
      flight.phase = "reading";
      flight.status = response.statusCode ?? 0;
      socket.destroy();
    });
    sent.on("response", (response) => {
      // A request closes with its socket, perhaps before its answer was read to the end.
      sent.off("close", lost);
      response.on("close", lost);
      const pieces: Buffer[] = [];
      let size = 0;
      flight.phase = "reading";
      flight.status = response.statusCode ?? 0;
      flight.header = (name) => response.headersDistinct[name]?.join(", ") ?? null;
      flight.text = () => decode(Buffer.concat(pieces), response);
      response.on("data", (piece: Buffer) => {
        size += piece.length;
        if (size > mostBytes) fail(new Error("the answer is longer than 10 MiB"));
        else pieces.push(piece);
      });
      response.on("error", fail);
      response.on("end", () => {
        if (!response.complete) return fail(new Error("the answer was cut off"));
        flight.phase = "answered";
        resolve();
      });
    });
    const { clock, connectTimeoutMs } = settings;
    clock.sleep(connectTimeoutMs, connected.signal).then(
      () => fail(new Error(`no connection within ${connectTimeoutMs} ms`)),
      () => {},
    );
    sent.end(body);
  });
};

const decoders: ReadonlyMap<string, typeof gunzipSync> = new Map([
  ["gzip", gunzipSync],
  ["x-gzip", gunzipSync],
  ["deflate", inflateSync],
  ["br", brotliDecompressSync as typeof gunzipSync],
]);

/** Plain bytes were asked for; a server that compresses all the same is read too, a cut or overlong answer as far as it goes. */
const decode = (bytes: Buffer, response: IncomingMessage): string => {
  const coding = response.headers["content-encoding"]?.trim().toLowerCase() || "identity";
  if (coding === "identity") return bytes.toString("utf8");
  const decompress = decoders.get(coding);
  if (!decompress) return "";
  try {
    const finishFlush =
      decompress === decoders.get("br") ? constants.BROTLI_OPERATION_FLUSH : constants.Z_SYNC_FLUSH;
    return decompress(bytes, { maxOutputLength: mostBytes, finishFlush }).toString("utf8");
  } catch {
    return "";
  }
};
