import http from "node:http";
import type { ClientRequest, IncomingMessage } from "node:http";
import https from "node:https";
import { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { tooLong } from "../../wire/transport.js";
import type { Outgoing } from "../../wire/transport.js";
import { decodeBytes } from "./content-coding.js";
import { createTunnel, readProxies } from "./proxy-tunnel.js";

/** A paid request under way. */
interface Connection {
  readonly outgoing: Outgoing;
  readonly sent: ClientRequest;
  /** Aborted when the connection has opened, or will not any more; with a reason, since the platform makes an error where there is none. */
  readonly opened: AbortController;
  /** The body as far as it has come. */
  readonly pieces: Buffer[];
  response?: IncomingMessage;
  /** Ends the exchange: well where the response is whole, else with the error. */
  readonly end: (error: unknown) => void;
}

/** Sends a paid request on a connection of its own; the socket's events tell how far it came. */
export function sendOnOwnConnection(request: Request, outgoing: Outgoing): Promise<void> {
  const { exchange, settings, maxBytes } = outgoing;
  const { clock, connectTimeoutMs } = settings;
  return new Promise((resolve, reject) => {
    const connection: Connection = {
      outgoing,
      sent: createRequest(request, outgoing),
      opened: new AbortController(),
      pieces: [],
      end: (error) => (finish(connection, error) ? resolve() : reject(error)),
    };
    const { pieces, opened, end } = connection;
    exchange.text = () => decodeBytes(Buffer.concat(pieces), exchange.header("content-encoding"), maxBytes);
    watchConnection(connection);
    watchResponse(connection);
    clock.sleep(connectTimeoutMs, opened.signal).then(
      () => end(new Error(`no connection within ${connectTimeoutMs} ms`)),
      () => {},
    );
  });
}

function createRequest(request: Request, { signal, json = "" }: Outgoing): ClientRequest {
  const isSecure = request.url.startsWith("https:");
  // `request` is looked up at each call: a test of a program that replaces it later than our import must not pay for a job.
  const sent = (isSecure ? https : http).request(request.url, {
    method: request.method,
    agent: isSecure && createTunnel(readProxies(), signal),
    signal,
  });
  // The headers are not among the options: Node prints those where NODE_DEBUG asks for http or https, token and all.
  for (const [name, value] of request.headers) sent.setHeader(name, value);
  sent.setHeader("content-length", Buffer.byteLength(json));
  sent.setHeader("accept-encoding", "identity");
  return sent;
}

/** Sends the request when the connection is open: nothing is written before, so a failure until then sent nothing. */
function watchConnection(connection: Connection): void {
  const { sent, outgoing, opened, end } = connection;
  const { exchange } = outgoing;
  sent.on("socket", (socket) => {
    const opensAlone = canOpenAlone(socket);
    if (!opensAlone) void write(connection);
    whenOpen(socket, sent.protocol === "https:", () => {
      opened.abort("opened");
      if (opensAlone) void write(connection);
      else if (exchange.phase === "connecting") exchange.phase = "sending";
    });
  });
  sent.on("finish", () => {
    // A write that failed in a handshake finishes as well.
    if (exchange.phase === "sending") exchange.phase = "waiting";
  });
  sent.on("error", end);
}

type Handshaking = Socket & { readonly secureConnecting?: boolean };

/** A test's mock opens only when a request is written to it, and so does a handshake that another package has made by hand. */
function canOpenAlone(socket: Handshaking): boolean {
  const prototype: unknown = Object.getPrototypeOf(socket);
  const isFresh = socket.connecting || !socket.secureConnecting;
  return prototype === Socket.prototype || (prototype === TLSSocket.prototype && isFresh);
}

function whenOpen(socket: Handshaking, isSecure: boolean, act: () => void): void {
  if (socket.connecting) socket.once(isSecure ? "secureConnect" : "connect", act);
  // In another package's tunnel the handshake may be all that is left, and this event always tells of its end.
  else if (socket.secureConnecting) socket.once("secure", () => socket.destroyed || act());
  else if (!socket.destroyed) act();
}

/** Calls `onSend`, then writes the whole request. */
async function write({ sent, outgoing, opened, end }: Connection): Promise<void> {
  const { exchange, json, onSend } = outgoing;
  try {
    await onSend?.();
  } catch (error) {
    return end(error);
  }
  // The connection may have been lost, or the call aborted, while `onSend` ran.
  if (sent.destroyed || sent.socket?.destroyed) return;
  // As long as the connection is not open, the bytes wait in the socket until it is.
  if (opened.signal.aborted) exchange.phase = "sending";
  sent.end(json);
}

function watchResponse(connection: Connection): void {
  const { sent, outgoing, pieces, end } = connection;
  const { exchange, maxBytes } = outgoing;
  const lost = () => end(new Error("the connection was closed"));
  sent.on("close", lost);
  sent.on("upgrade", (response, socket, rest) => {
    exchange.phase = "reading";
    exchange.status = response.statusCode ?? 0;
    pieces.push(rest);
    socket.destroy();
  });
  sent.on("response", (response) => {
    // A request closes with its socket, perhaps before its response was read to the end.
    sent.off("close", lost);
    response.on("close", lost);
    connection.response = response;
    exchange.phase = "reading";
    exchange.status = response.statusCode ?? 0;
    exchange.header = (name) => response.headersDistinct[name]?.join(", ");
    let size = 0;
    response.on("data", (piece: Buffer) => {
      size += piece.length;
      if (size > maxBytes) end(tooLong(outgoing));
      else pieces.push(piece);
    });
    response.on("error", end);
    response.on("end", () => end(new Error("the response was cut off")));
  });
}

/** Ends a connection; tells whether the response is whole. */
function finish({ sent, outgoing, opened, pieces, response }: Connection, error: unknown): boolean {
  const { exchange } = outgoing;
  opened.abort("ended");
  // Bytes that came before the fault wait in the stream still; destroying it drops them.
  while (response?.read()) continue;
  // The response may come before the whole body was sent: Node would keep the connection, and the program, for what is left.
  sent.destroy();
  if (response?.complete && !exchange.tooLong) {
    exchange.phase = "answered";
    return true;
  }
  const { rawPacket } = Object(error) as { rawPacket?: Buffer };
  if (rawPacket && pieces.length === 0) {
    // Bytes that the parser refused may name the job all the same.
    const raw = rawPacket.toString();
    const [, status = 0, text = raw] = /^HTTP\/1\.\d (\d{3})[^]*?\r\n\r\n([^]*)/.exec(raw) ?? [];
    exchange.status ||= Number(status);
    pieces.push(Buffer.from(text));
  }
  return false;
}
