import type { Socket } from "node:net";
import { STATUS_CODES } from "node:http";
import { gzipSync } from "node:zlib";
import { systemClock } from "../../time/clock.js";
import type { Clock } from "../../time/clock.js";
import { encodeBody } from "../service/service-response.js";
import type { ServiceResponse } from "../service/service-response.js";
import type { Fault } from "./fault.js";

/** The reader sees an ordinary end if bytes and a reset arrive together, so it gets this much time to take the bytes first. */
const readingMs = 20;

/** The connection that a faulty response is written to. */
export interface Connection {
  readonly socket: Socket;
  readonly clock: Clock;
  /** Aborts when the connection is gone. */
  readonly signal: AbortSignal;
  /** True for HEAD, whose responses have no body. */
  readonly isHead: boolean;
}

const interimResponse = "HTTP/1.1 102 Processing\r\n\r\n";

/** Writes a response byte by byte as the fault asks, and ends the connection. */
export async function writeFaulty(
  connection: Connection,
  response: ServiceResponse,
  fault: Fault,
): Promise<void> {
  for (let count = 0; count < (fault.interim ?? 0); count++) await write(connection, interimResponse);
  const isBodiless = connection.isHead || hasNoBody(response.status);
  const body = isBodiless ? Buffer.alloc(0) : readBody(response, fault);
  const length = isBodiless ? (response.length ?? 0) : measureLength(body, fault);
  const head = Buffer.from(writeHead(response, fault, length));
  const cut = findCut(fault, head.length, body.length);
  await writeOrDrip(connection, head.subarray(0, cut), fault.drip?.head ? fault.drip : undefined);
  const sent = body.subarray(0, Math.max(0, cut - head.length));
  const isCut = cut < head.length + body.length;
  const framed = fault.framing === "chunked" ? frameChunk(sent, isCut) : sent;
  await writeOrDrip(connection, framed, fault.drip);
  if (!isBodiless && !isCut) await writeTail(connection, fault, cut - head.length - body.length);
  await endConnection(connection, fault);
}

function readBody(response: ServiceResponse, fault: Fault): Buffer {
  const body = Buffer.from(encodeBody(response));
  return fault.gzipBytes === undefined ? body : gzipSync(body);
}

/** Writes the padding of the body and the end of its framing, at most `most` bytes of padding. */
async function writeTail(connection: Connection, fault: Fault, most: number): Promise<void> {
  const isChunked = fault.framing === "chunked";
  let left = most;
  for (const piece of makeTail(fault)) {
    const part = piece.subarray(0, left);
    left -= piece.byteLength;
    await write(connection, isChunked ? frameChunk(part, left < 0) : part);
    if (left < 0) return;
  }
  if (isChunked) await write(connection, "0\r\n\r\n");
}

async function endConnection({ socket, signal }: Connection, fault: Fault): Promise<void> {
  if (fault.reset !== "body" && fault.cutWith !== "reset") return void socket.end();
  await systemClock.sleep(readingMs, signal);
  resetNow(socket);
}

/** Resets a connection. Node's `resetAndDestroy` ends the connection in the ordinary way first, and the client may see only that end. */
export function resetNow(socket: Socket): void {
  socket.destroySoon = () => void socket.destroy();
  socket.resetAndDestroy();
}

function hasNoBody(status: number): boolean {
  return status === 204 || status === 304;
}

/** The number of bytes to send; Infinity for all. */
function findCut(fault: Fault, head: number, body: number): number {
  if (fault.cutReply !== undefined) return fault.cutReply;
  if (fault.cut !== undefined) return head + fault.cut;
  return fault.reset === "body" ? head + Math.floor(body / 2) : Infinity;
}

function measureLength(body: Uint8Array, fault: Fault): number {
  let length = body.byteLength;
  for (const piece of makeTail(fault)) length += piece.byteLength;
  return length + (fault.lengthOff ?? 0);
}

const mebibyte = Buffer.alloc(2 ** 20, " ");
const packedMebibyte = gzipSync(mebibyte);

/** The padding after the body, in pieces small enough to be made while they are sent. */
function* makeTail(fault: Fault): Generator<Uint8Array> {
  for (let left = fault.padBytes ?? 0; left > 0; left -= mebibyte.length) yield mebibyte.subarray(0, left);
  for (let left = fault.gzipBytes ?? 0; left > 0; left -= mebibyte.length) {
    yield left >= mebibyte.length ? packedMebibyte : gzipSync(mebibyte.subarray(0, left));
  }
}

function writeHead(response: ServiceResponse, fault: Fault, length: number): string {
  const headers = new Map<string, string | readonly string[]>(Object.entries(response.headers));
  headers.set("date", new Date().toUTCString());
  headers.set("connection", "close");
  if (fault.framing === "chunked") headers.set("transfer-encoding", "chunked");
  else if (fault.framing !== "close" && !hasNoBody(response.status))
    headers.set("content-length", String(length));
  if (fault.gzipBytes !== undefined) headers.set("content-encoding", "gzip");
  if (fault.encodings !== undefined)
    headers.set("content-encoding", Array(fault.encodings).fill("gzip").join(", "));
  for (const [name, value] of Object.entries(fault.headers ?? {})) {
    if (value === null) headers.delete(name.toLowerCase());
    else headers.set(name.toLowerCase(), value);
  }
  const lines = [...headers].flatMap(([name, value]) =>
    (typeof value === "string" ? [value] : value).map((one) => `${name}: ${one}`),
  );
  for (let left = fault.headerBytes ?? 0, count = 0; left > 0; left -= 1_000, count++) {
    lines.push(`x-bulk-${count}: ${"b".repeat(Math.min(left, 1_000))}`);
  }
  return `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? "Odd"}\r\n${lines.join("\r\n")}\r\n\r\n`;
}

/** One chunk of chunked framing; a cut one declares one byte more than it has. */
function frameChunk(bytes: Uint8Array, isCut: boolean): Buffer {
  const size = (bytes.byteLength + (isCut ? 1 : 0)).toString(16);
  if (bytes.byteLength === 0 && !isCut) return Buffer.alloc(0);
  return Buffer.concat([Buffer.from(`${size}\r\n`), bytes, Buffer.from(isCut ? "" : "\r\n")]);
}

/** Writes the bytes at once, or in the small pieces that `drip` asks for. */
async function writeOrDrip(connection: Connection, bytes: Uint8Array, drip: Fault["drip"]): Promise<void> {
  if (!drip) return write(connection, bytes);
  const { everyMs, bytes: step = 1 } = drip;
  for (let at = 0; at < bytes.byteLength; at += step) {
    await write(connection, bytes.subarray(at, at + step));
    await connection.clock.sleep(everyMs, connection.signal);
  }
}

/** Waits until the client has taken the bytes; rejects once the connection is gone. */
function write({ socket, signal }: Connection, bytes: Uint8Array | string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    if (bytes.length === 0) return resolve();
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
