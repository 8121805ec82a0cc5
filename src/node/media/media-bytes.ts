import { open, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { DestinationRules } from "../net/destination.js";
import { readBudget } from "./measurement.js";
import { openUrl, type Network } from "../net/network.js";
import { showUrl } from "../net/url-redaction.js";
import { UnmeasurableError } from "./unmeasurable.js";

/** A file of which only parts are read. */
export interface MediaBytes {
  /** Size of the whole file in bytes; undefined where the host does not say. */
  readonly size: number | undefined;
  readonly contentType: string | undefined;
  /** The first bytes, 64 KiB where there are so many. */
  readonly head: Uint8Array;
  /** Bytes from `start` to `end`, or to the end of the file. Throws where more would have to be read than is allowed. */
  readonly read: (start: number, end: number) => Promise<Uint8Array>;
  readonly close: () => Promise<void>;
}

const pieceBytes = 64 * 1024;

interface RemoteOptions {
  readonly rules: DestinationRules;
  readonly signal: AbortSignal;
  readonly idleMs: number;
}

/** Opens a remote file by ranged reads, `readBudget` bytes in all, without credentials. */
export async function openRemote(network: Network, url: string, options: RemoteOptions): Promise<MediaBytes> {
  const pieces: { readonly start: number; readonly bytes: Uint8Array }[] = [];
  let left = readBudget;
  function find(start: number, end: number): Uint8Array | undefined {
    const piece = pieces.find((each) => each.start <= start && each.start + each.bytes.length >= end);
    return piece?.bytes.subarray(start - piece.start, end - piece.start);
  }
  const first = await fetchPiece(network, url, 0, pieceBytes, left, options);
  pieces.push({ start: 0, bytes: first.bytes });
  left -= first.bytes.length;
  // A part may come with the length of the whole, or without; one that is shorter than asked ends where the file does.
  const size = first.whole ?? (first.ended && !first.ranged ? first.bytes.length : undefined);
  const last = size ?? (first.ended || !first.ranged ? first.bytes.length : Infinity);
  async function read(start: number, wanted: number): Promise<Uint8Array> {
    const end = Math.max(start, Math.min(wanted, last));
    const known = find(start, end);
    if (known !== undefined) return known;
    const begun = pieces.find((each) => each.start <= start && each.start + each.bytes.length > start);
    if (begun !== undefined) {
      const middle = begun.start + begun.bytes.length;
      return Buffer.concat([begun.bytes.subarray(start - begun.start), await read(middle, end)]);
    }
    if (!first.ranged)
      throw new UnmeasurableError(
        "the host does not serve parts of files, and what is needed lies further in",
      );
    if (end - start > left)
      throw new UnmeasurableError(`more than ${readBudget / 1024} KiB of it would have to be read`);
    const length = Math.min(Math.max(end - start, pieceBytes), left, last - start);
    const piece = await fetchPiece(network, url, start, length, left, options);
    if (!piece.ranged) throw new UnmeasurableError("the host stopped to serve parts of files");
    left -= piece.bytes.length;
    pieces.push({ start, bytes: piece.bytes });
    return piece.bytes.subarray(0, end - start);
  }
  return {
    size,
    contentType: first.contentType,
    head: first.bytes.subarray(0, pieceBytes),
    read,
    close: async () => undefined,
  };
}

interface Piece {
  readonly bytes: Uint8Array;
  readonly ranged: boolean;
  /** Length of the whole file, where the host says it. */
  readonly whole: number | undefined;
  /** The host had no more to give. */
  readonly ended: boolean;
  readonly contentType: string | undefined;
}

async function fetchPiece(
  network: Network,
  url: string,
  start: number,
  length: number,
  left: number,
  options: RemoteOptions,
): Promise<Piece> {
  const headers = { range: `bytes=${start}-${start + length - 1}` };
  const response = await openUrl(network, url, { ...options, headers });
  try {
    const { status, header } = response;
    const [, from, whole] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(header("content-range") ?? "") ?? [];
    const ranged = status === 206 && Number(from) === start;
    if (status === 416) throw new UnmeasurableError("it is empty");
    if (status !== 200 && !ranged) throw new UnmeasurableError(`${showUrl(url)} answered ${status}`);
    if (!["", "identity"].includes(header("content-encoding") ?? ""))
      throw new UnmeasurableError("the host sends it compressed");
    const most = ranged ? length : left;
    const chunks: Uint8Array[] = [];
    let count = 0;
    let ended = true;
    for await (const chunk of response.body) {
      response.touch();
      chunks.push(chunk.subarray(0, most - count));
      count += chunk.length;
      if (count >= most) {
        ended = false;
        break;
      }
    }
    const told = Number(ranged ? whole : header("content-length"));
    return {
      bytes: Buffer.concat(chunks),
      ranged,
      whole: Number.isSafeInteger(told) ? told : undefined,
      ended,
      contentType: header("content-type"),
    };
  } catch (error) {
    throw response.fault() ?? error;
  } finally {
    response.close();
  }
}

/** Opens the bytes of a `data:` URI. */
export function openData(uri: string): MediaBytes {
  const comma = uri.indexOf(",");
  const head = /^data:([^,]*?)(;base64)?$/i.exec(uri.slice(0, Math.max(comma, 0)));
  if (comma < 0 || head === null) throw new UnmeasurableError("the data: URI has no comma before its data");
  const text = uri.slice(comma + 1);
  let bytes: Uint8Array;
  try {
    const plain = text.includes("%") ? decodeURIComponent(text) : text;
    bytes = head[2] === undefined ? Buffer.from(plain, "utf8") : Buffer.from(plain, "base64");
  } catch {
    throw new UnmeasurableError("the data: URI is not well encoded");
  }
  return {
    size: bytes.length,
    contentType: head[1],
    head: bytes.subarray(0, pieceBytes),
    read: (start, end) => Promise.resolve(bytes.subarray(start, end)),
    close: async () => undefined,
  };
}

/** Opens a local file by its path or `file:` URL. */
export async function openLocal(reference: string): Promise<MediaBytes> {
  const path = /^file:/i.test(reference) ? fileURLToPath(reference) : reference;
  // Looked at before it is opened: opening a pipe would wait for its other end.
  const found = await stat(path);
  if (!found.isFile()) throw new UnmeasurableError("it is not a regular file");
  const handle = await open(path, "r");
  try {
    async function read(start: number, end: number): Promise<Uint8Array> {
      const buffer = new Uint8Array(Math.max(0, Math.min(end, found.size) - start));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, start);
      return buffer.subarray(0, bytesRead);
    }
    const head = await read(0, pieceBytes);
    return { size: found.size, contentType: undefined, head, read, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
