import { isUtf8 } from "node:buffer";
import http from "node:http";
import type { IncomingMessage } from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { mostBytes } from "../wire/exchange.js";
import type { Transport } from "../wire/exchange.js";
import { paidPost as paidPostByFetch } from "../submit/paid-transport.js";
import { onAbort } from "../time/clock.js";

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
    // Looked up now: a program's test that replaces it later than our import must not pay for a job.
    const sent = (secure ? https : http).request(url, {
      method: init.method,
      agent: secure && makeTunnel(signal),
      signal,
    });
    // Not among the options: Node prints those where NODE_DEBUG asks for http or https, token and all.
    for (const [name, value] of Object.entries(init.headers)) sent.setHeader(name, value);
    sent.setHeader("content-length", Buffer.byteLength(body));
    sent.setHeader("accept-encoding", "identity");
    const pieces: Buffer[] = [];
    let size = 0;
    let answer: IncomingMessage | undefined;
    flight.text = () => decode(Buffer.concat(pieces), answer?.headers["content-encoding"]);
    function end(error: unknown) {
      connected.abort();
      // What came before the fault waits in the stream still; destroying it drops that.
      while (answer?.read()) continue;
      if (answer?.complete && size <= mostBytes) {
        flight.phase = "answered";
        return resolve();
      }
      const { rawPacket } = Object(error) as { rawPacket?: Buffer };
      if (rawPacket && size === 0) {
        // What the parser refused may name the job all the same.
        const raw = rawPacket.toString();
        const [, status = 0, text = raw] = /^HTTP\/1\.\d (\d{3})[^]*?\r\n\r\n([^]*)/.exec(raw) ?? [];
        flight.status ||= Number(status);
        pieces.push(Buffer.from(text));
      }
      sent.destroy();
      reject(error);
    }
    function open() {
      connected.abort();
      if (flight.phase === "connecting") flight.phase = "sending";
    }
    // What was written waits in the socket until this event, so nothing has left before it. A tunnel's socket may be open
    // already; one that was refused at once has been destroyed, before anything was written.
    sent.on("socket", (socket) => {
      const { connecting, secureConnecting } = socket as Socket & { readonly secureConnecting?: boolean };
      if (connecting) socket.once(secure ? "secureConnect" : "connect", open);
      // In another package's tunnel the handshake may be all that is left, and only this is always told of it.
      else if (secureConnecting) socket.once("secure", () => socket.destroyed || open());
      else if (!socket.destroyed) open();
    });
    sent.on("finish", () => {
      // A write that failed in the handshake finishes as well.
      if (flight.phase === "sending") flight.phase = "waiting";
    });
    sent.on("error", end);
    const lost = () => end(new Error("the connection was closed"));
    sent.on("close", lost);
    sent.on("upgrade", (response, socket, rest) => {
      flight.phase = "reading";
      flight.status = response.statusCode ?? 0;
      pieces.push(rest);
      socket.destroy();
    });
    sent.on("response", (response) => {
      // A request closes with its socket, perhaps before its answer was read to the end.
      sent.off("close", lost);
      response.on("close", lost);
      answer = response;
      flight.phase = "reading";
      flight.status = response.statusCode ?? 0;
      flight.header = (name) => response.headersDistinct[name]?.join(", ") ?? null;
      response.on("data", (piece: Buffer) => {
        size += piece.length;
        if (size > mostBytes) end(new Error("the answer is longer than 10 MiB"));
        else pieces.push(piece);
      });
      response.on("error", end);
      response.on("end", () => end(new Error("the answer was cut off")));
    });
    const { clock, connectTimeoutMs } = settings;
    clock.sleep(connectTimeoutMs, connected.signal).then(
      () => end(new Error(`no connection within ${connectTimeoutMs} ms`)),
      () => {},
    );
    sent.end(body);
  });
};

/** Where Node was told to use the proxies of the environment (22.21, 24.5 and later), the connection is a tunnel through one. */
function makeTunnel(signal: AbortSignal): https.Agent | false {
  // Packages put agents of their own in its place, which may have no options.
  const { proxyEnv } = Object(https.globalAgent.options) as { readonly proxyEnv?: object };
  if (!proxyEnv) return false;
  const agent = new https.Agent({ proxyEnv } as https.AgentOptions) as https.Agent & Connector;
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (...words) => {
    const socket = connect(...words);
    // Before it is a tunnel Node does not end it with its request, and a proxy that says nothing would keep the program alive.
    onAbort([signal], () => socket.destroy());
    return socket;
  };
  return agent;
}

interface Connector {
  createConnection: (...words: readonly unknown[]) => Socket;
}

function hasZlibHead(bytes: Buffer): boolean {
  return bytes[0]! % 16 === 8;
}

const decoders: ReadonlyMap<string, typeof gunzipSync> = new Map([
  ["gzip", gunzipSync],
  ["x-gzip", gunzipSync],
  // Some servers leave out the head that says so.
  [
    "deflate",
    (bytes, options) => (hasZlibHead(bytes as Buffer) ? inflateSync : inflateRawSync)(bytes, options),
  ],
  ["br", brotliDecompressSync as typeof gunzipSync],
]);

/** Plain bytes were asked for; a server that compresses all the same is read too, a cut answer as far as it goes. */
function decode(bytes: Buffer, header = ""): string {
  const coding = header.trim().toLowerCase() || "identity";
  try {
    const decompress = decoders.get(coding);
    const finishFlush =
      decompress === decoders.get("br") ? constants.BROTLI_OPERATION_FLUSH : constants.Z_SYNC_FLUSH;
    if (bytes.length > 0 && coding !== "identity")
      bytes = decompress!(bytes, { maxOutputLength: mostBytes, finishFlush });
    return new TextDecoder().decode(bytes);
  } catch {
    return !coding.includes(",") && isText(bytes) ? bytes.toString() : `(${bytes.length} bytes of ${coding})`;
  }
}

/** What is text is not compressed, whatever its headers say. */
function isText(bytes: Buffer): boolean {
  return isUtf8(bytes) && !bytes.includes(0);
}
