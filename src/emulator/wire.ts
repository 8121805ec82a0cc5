import type { Socket } from "node:net";
import { STATUS_CODES } from "node:http";
import { gzipSync } from "node:zlib";
import { systemClock } from "../time/clock.js";
import type { Clock } from "../time/clock.js";
import type { Answer } from "./answer.js";
import { bodyOf } from "./answer.js";
import type { Fault } from "./fault.js";

/** Bytes and a reset that arrive together look like an ordinary end to the reader: it gets so long to take the bytes first. */
const readingMs = 20;

/** The socket that a spoilt answer goes to. */
export interface Line {
  readonly socket: Socket;
  readonly clock: Clock;
  /** Aborts when the connection is gone. */
  readonly signal: AbortSignal;
  /** Answers to HEAD have no body. */
  readonly bodiless: boolean;
}

const interimAnswer = "HTTP/1.1 102 Processing\r\n\r\n";

/** Writes an answer byte by byte as the fault wants it, and ends the connection. */
export async function writeSpoilt(line: Line, answer: Answer, fault: Fault): Promise<void> {
  const { socket } = line;
  for (let count = 0; count < (fault.interim ?? 0); count++) await write(line, interimAnswer);
  const whole = Buffer.from(bodyOf(answer));
  const bodiless = line.bodiless || hasNoBody(answer.status);
  const body = bodiless ? Buffer.alloc(0) : fault.gzipBytes === undefined ? whole : gzipSync(whole);
  const head = Buffer.from(writeHead(answer, fault, bodiless ? (answer.length ?? 0) : lengthOf(body, fault)));
  const cut = cutOf(fault, head.length, body.length);
  const [headPart, bodyPart] = [head.subarray(0, cut), body.subarray(0, Math.max(0, cut - head.length))];
  const isChunked = fault.framing === "chunked";

  if (fault.drip?.head) await drip(line, headPart, fault.drip);
  else await write(line, headPart);
  const framed = isChunked ? frameChunk(bodyPart, cut < head.length + body.length) : bodyPart;
  if (fault.drip) await drip(line, framed, fault.drip);
  else await write(line, framed);

  let left = cut - head.length - body.length;
  for (const piece of bodiless || left < 0 ? [] : tailOf(fault)) {
    const part = piece.subarray(0, left);
    left -= piece.byteLength;
    await write(line, isChunked ? frameChunk(part, left < 0) : part);
    if (left < 0) break;
  }
  if (isChunked && left >= 0 && !bodiless) await write(line, "0\r\n\r\n");
  if (fault.reset !== "body" && fault.cutWith !== "reset") return void socket.end();
  await systemClock.sleep(readingMs, line.signal);
  resetNow(socket);
}

/** Resets a connection. Node's own way ends it politely first, and the other side may see only that. */
export function resetNow(socket: Socket): void {
  socket.destroySoon = () => void socket.destroy();
  socket.resetAndDestroy();
}

function hasNoBody(status: number): boolean {
  return status === 204 || status === 304;
}

/** How many bytes go out; Infinity for all. */
function cutOf(fault: Fault, head: number, body: number): number {
  if (fault.cutReply !== undefined) return fault.cutReply;
  if (fault.cut !== undefined) return head + fault.cut;
  return fault.reset === "body" ? head + Math.floor(body / 2) : Infinity;
}

function lengthOf(body: Uint8Array, fault: Fault): number {
  let length = body.byteLength;
  for (const piece of tailOf(fault)) length += piece.byteLength;
  return length + (fault.lengthOff ?? 0);
}

const mebibyte = Buffer.alloc(2 ** 20, " ");
const packedMebibyte = gzipSync(mebibyte);

/** What follows the body, in pieces small enough to be made as they are sent. */
function* tailOf(fault: Fault): Generator<Uint8Array> {
  for (let left = fault.padBytes ?? 0; left > 0; left -= mebibyte.length) yield mebibyte.subarray(0, left);
  for (let left = fault.gzipBytes ?? 0; left > 0; left -= mebibyte.length) {
    yield left >= mebibyte.length ? packedMebibyte : gzipSync(mebibyte.subarray(0, left));
  }
}

function writeHead(answer: Answer, fault: Fault, length: number): string {
  const headers = new Map<string, string | readonly string[]>(Object.entries(answer.headers));
  headers.set("date", new Date().toUTCString());
  headers.set("connection", "close");
  if (fault.framing === "chunked") headers.set("transfer-encoding", "chunked");
  else if (fault.framing !== "close" && !hasNoBody(answer.status))
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
  return `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? "Odd"}\r\n${lines.join("\r\n")}\r\n\r\n`;
}

/** One chunk of chunked framing; of a cut one the declared size is never reached. */
function frameChunk(bytes: Uint8Array, isCut: boolean): Buffer {
  const size = (bytes.byteLength + (isCut ? 1 : 0)).toString(16);
  if (bytes.byteLength === 0 && !isCut) return Buffer.alloc(0);
  return Buffer.concat([Buffer.from(`${size}\r\n`), bytes, Buffer.from(isCut ? "" : "\r\n")]);
}

async function drip(
  line: Line,
  bytes: Uint8Array,
  { everyMs, bytes: step = 1 }: NonNullable<Fault["drip"]>,
): Promise<void> {
  for (let at = 0; at < bytes.byteLength; at += step) {
    await write(line, bytes.subarray(at, at + step));
    await line.clock.sleep(everyMs, line.signal);
  }
}

/** Waits while the other side reads slowly; rejects once it is gone. */
function write(line: Line, bytes: Uint8Array | string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (line.signal.aborted) return reject(line.signal.reason);
    if (bytes.length === 0) return resolve();
    line.socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
