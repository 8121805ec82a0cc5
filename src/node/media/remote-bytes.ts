import type { DestinationRules } from "../net/destination.js";
import { isEncoded } from "../net/decoded-body.js";
import { openUrl, type Network } from "../net/network.js";
import type { OpenResponse } from "../net/pinned-request.js";
import { showUrl } from "../net/url-redaction.js";
import { headBytes, type MediaBytes } from "./media-bytes.js";
import { readBudget } from "../../media/measurement.js";
import { UnmeasurableError } from "./unmeasurable.js";

/** The settings of every request for a part of a file. */
export interface RemoteOptions {
  readonly rules: DestinationRules;
  readonly signal: AbortSignal;
  readonly idleMs: number;
}

/** The bytes to ask for. */
interface Range {
  readonly start: number;
  readonly length: number;
  readonly budget: number;
}

/** One part of a remote file. */
interface Part {
  readonly start: number;
  readonly bytes: Uint8Array;
  /** True when the host sent the part that was asked for, not the file from its start. */
  readonly isRange: boolean;
  /** Size of the whole file, where the host tells it. */
  readonly fileSize: number | undefined;
  /** True when the body ended before it filled the part. */
  readonly ended: boolean;
}

/** Opens a remote file by requests for parts of it, without credentials. Reads at most {@link readBudget} bytes in all. */
export async function openRemote(network: Network, url: string, options: RemoteOptions): Promise<MediaBytes> {
  const file = new RemoteFile((start, length, budget) =>
    fetchPart(network, url, { ...options, start, length, budget }),
  );
  return file.open();
}

/** Fetches `length` bytes from `start`; `budget` bytes where the host sends the file from its start in place of a range. */
type RangeSource = (start: number, length: number, budget: number) => Promise<Part>;

/** The parts of one remote file that were fetched so far. */
class RemoteFile {
  readonly #source: RangeSource;
  readonly #parts: Part[] = [];
  #budget = readBudget;
  #hasRanges = false;
  /** The end of the file as far as it is known. */
  #end = Infinity;

  constructor(source: RangeSource) {
    this.#source = source;
  }

  async open(): Promise<MediaBytes> {
    const { bytes, isRange, fileSize, ended } = await this.#fetch(0, headBytes);
    this.#hasRanges = isRange;
    // A range that is shorter than requested ends where the file ends, but only a whole body proves the size.
    const size = fileSize ?? (ended && !isRange ? bytes.length : undefined);
    this.#end = size ?? (ended || !isRange ? bytes.length : Infinity);
    return {
      size,
      head: bytes.subarray(0, headBytes),
      read: (start, end) => this.#read(start, end),
      close: async () => undefined,
    };
  }

  async #read(start: number, wanted: number): Promise<Uint8Array> {
    const end = Math.max(start, Math.min(wanted, this.#end));
    const known = this.#parts.find((part) => part.start <= start && endOf(part) > start);
    if (known !== undefined) {
      const bytes = known.bytes.subarray(start - known.start, end - known.start);
      const rest = endOf(known);
      return rest >= end ? bytes : Buffer.concat([bytes, await this.#read(rest, end)]);
    }
    if (start === end) return new Uint8Array(0);
    if (!this.#hasRanges)
      throw new UnmeasurableError(
        "the host does not serve parts of files, and what is needed lies further in",
      );
    if (end - start > this.#budget)
      throw new UnmeasurableError(`more than ${readBudget / 1024} KiB of it would have to be read`);
    const length = Math.min(Math.max(end - start, headBytes), this.#budget, this.#end - start);
    const part = await this.#fetch(start, length);
    if (!part.isRange) throw new UnmeasurableError("the host stopped to serve parts of files");
    return part.bytes.subarray(0, end - start);
  }

  async #fetch(start: number, length: number): Promise<Part> {
    const part = await this.#source(start, length, this.#budget);
    this.#budget -= part.bytes.length;
    if (part.isRange || start === 0) this.#parts.push(part);
    return part;
  }
}

function endOf({ start, bytes }: Part): number {
  return start + bytes.length;
}

async function fetchPart(
  network: Network,
  url: string,
  { start, length, budget, ...options }: RemoteOptions & Range,
): Promise<Part> {
  const headers = { range: `bytes=${start}-${start + length - 1}` };
  const response = await openUrl(network, url, { ...options, headers });
  try {
    const { status, header } = response;
    const [, from, whole] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(header("content-range") ?? "") ?? [];
    const isRange = status === 206 && Number(from) === start;
    if (status === 416) throw new UnmeasurableError("it is empty");
    if (status !== 200 && !isRange) throw new UnmeasurableError(`${showUrl(url)} answered ${status}`);
    if (isEncoded(response)) throw new UnmeasurableError("the host sends it compressed");
    const told = Number(isRange ? whole : header("content-length"));
    const fileSize = Number.isSafeInteger(told) ? told : undefined;
    return { start, isRange, fileSize, ...(await readStart(response, isRange ? length : budget)) };
  } finally {
    response.close();
  }
}

/** Reads at most `mostBytes` of a body. */
async function readStart(
  { body }: OpenResponse,
  mostBytes: number,
): Promise<{ readonly bytes: Uint8Array; readonly ended: boolean }> {
  const chunks: Uint8Array[] = [];
  let count = 0;
  for await (const chunk of body) {
    chunks.push(chunk.subarray(0, mostBytes - count));
    count += chunk.length;
    if (count >= mostBytes) return { bytes: Buffer.concat(chunks), ended: false };
  }
  return { bytes: Buffer.concat(chunks), ended: true };
}
