import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { JobRecord, RecordId } from "../../once/record/record.js";
import { idText } from "../../once/record/record-order.js";
import type { ProcessIdentity } from "../files/process-life.js";

/** The version of the format. A file with a higher one is refused; lower ones must stay readable for ever. */
export const formatVersion = 1;

const formatName = "runcomfy-models record";

/** The first line of each file: it explains the others to whoever reads the file. */
const header = {
  format: formatName,
  version: formatVersion,
  about: [
    "Each further line is the whole record of one job after a change: the last line of a key is what holds.",
    "state: new = not sent; held = the budget does not cover the job, or no place is free; sending = on its way, and perhaps paid once leaseUntil has passed; accepted = the service has the job; unknown = perhaps paid, never sent again by itself; done, failed, cancelled = the job has ended; rejected = the input or the model is at fault.",
    "job is the service's request id and model; usd was counted before the cost was known, costUsd is what the service charged.",
    "n numbers the lines: one whose n is not above the last line's was written too late by a program that stood still, and does not count.",
    "forgotten takes a record away. id stands for origin, space and key; sum is the CRC-32 of the line's text in front of it. A damaged line makes its record unknown.",
    "input holds files as hashes and addresses without their query; inputHash is the SHA-256 of that, its names in order.",
  ],
};

/** A line's content besides its number, its id and its sum. `process` is sending the job: others see by it when the process is gone. */
export type LineRecord = JobRecord & { readonly process?: ProcessIdentity };

/** A whole line of a file. */
export type Line =
  | { readonly kind: "header"; readonly n: number; readonly version: number }
  | { readonly kind: "record"; readonly n: number; readonly id: string; readonly text: string }
  | { readonly kind: "forgotten"; readonly n: number; readonly id: string }
  | { readonly kind: "seal"; readonly n: number };

/** Lengths of the fixed ends: `,"id":"0123456789abcdef"` and `,"sum":"01234567"}`. */
const idLength = 24;
const sumLength = 18;

/** The short id of a record: 16 hex digits of a hash of origin, space and key. */
export function shortId(id: RecordId): string {
  return createHash("sha256").update(idText(id)).digest("hex").slice(0, 16);
}

function seal(body: string): string {
  return `${body},"sum":"${crc32(body).toString(16).padStart(8, "0")}"}`;
}

function writeLine(n: number, content: object): string {
  return seal(`{"n":${n},${JSON.stringify(content).slice(1, -1)}`);
}

/** The header as a line, without the line end. */
export function headerLine(): string {
  return writeLine(0, header);
}

/** The last line of a file that was replaced by a compacted one. */
export function sealLine(n: number): string {
  return writeLine(n, { sealed: "This file was replaced by a shorter one of the same name." });
}

/** A record as a line, without the line end. Names that people look for come first. */
export function recordLine(n: number, record: LineRecord): string {
  const { key, space, origin, state, model, job, attempt, updatedAt, ...rest } = record;
  const content = { key, space, origin, state, model, job, attempt, updatedAt, ...rest };
  return writeLine(n, { ...content, id: shortId(record) });
}

/** The end of a line that takes a record away; no record has such a field of its own, and inputs end in a bracket. */
const forgotten = ',"forgotten":true';

/** A line that takes a record away. */
export function forgetLine(n: number, { key, space, origin }: RecordId): string {
  const id = shortId({ key, space, origin });
  return writeLine(n, { key, space, origin, forgotten: true, id });
}

/** The same record with another number. */
export function renumber(n: number, text: string): string {
  const start = text.indexOf(",");
  return seal(`{"n":${n}${text.slice(start, -sumLength)}`);
}

/** The record of a line. */
export function parseRecord(text: string): LineRecord {
  const { n: _n, id: _id, sum: _sum, ...record } = JSON.parse(text);
  return record;
}

/** Reads a line; undefined where its sum does not fit, or it is no line of this format. */
export function readLine(bytes: Buffer): Line | undefined {
  const { length } = bytes;
  if (length < sumLength + 6 || bytes.toString("latin1", 0, 5) !== '{"n":') return undefined;
  const end = bytes.toString("latin1", length - sumLength);
  if (!end.startsWith(',"sum":"') || !end.endsWith('"}')) return undefined;
  if (crc32(bytes.subarray(0, length - sumLength)) !== Number.parseInt(end.slice(8, 16), 16))
    return undefined;
  const n = Number(/^\d+/.exec(bytes.toString("latin1", 5, 25))?.[0]);
  const before = length - sumLength - idLength;
  const isNamed = /^,"id":"[0-9a-f]{16}"$/.test(bytes.toString("latin1", before, length - sumLength));
  // A text of its own: a part of a longer text would keep the whole of it in memory.
  const id = isNamed ? bytes.toString("latin1", before + 7, before + idLength - 1) : undefined;
  const isForgotten = bytes.toString("latin1", Math.max(0, before - forgotten.length), before) === forgotten;
  if (id && isForgotten) return { kind: "forgotten", n, id };
  if (id) return { kind: "record", n, id, text: bytes.toString("utf8") };
  const { format, version, sealed } = JSON.parse(bytes.toString("utf8"));
  if (format === formatName) return { kind: "header", n, version };
  return sealed === undefined ? undefined : { kind: "seal", n };
}

/** The two lines of a text in which the line end between them is damaged. */
export function splitJoined(bytes: Buffer): readonly [Buffer, Buffer] | undefined {
  const at = bytes.toString("latin1").search(/"sum":"[0-9a-f]{8}"\}[^]\{"n":/);
  if (at < 0) return undefined;
  const end = at + sumLength - 1;
  return [bytes.subarray(0, end), bytes.subarray(end + 1)];
}

/** The part of a damaged line that can still be read. */
export interface DamagedLine {
  /** Short ids that the line may be of: the one at its end first, then that of the names at its start. */
  readonly ids: readonly string[];
  readonly name: RecordId | undefined;
  /** The line as it was before one bit of it was flipped. */
  readonly repaired?: string;
}

/** Reads the names in a damaged line. With one damaged byte at least one of both ids is whole; with one flipped bit the id is certain. */
export function readDamaged(bytes: Buffer): DamagedLine {
  const repaired = repair(bytes);
  if (repaired) {
    const { origin, space, key } = parseRecord(repaired.text);
    return { ids: [repaired.id], name: { origin, space, key }, repaired: repaired.text };
  }
  const text = bytes.toString("utf8");
  const quoted = String.raw`("(?:[^"\\]|\\.)*")`;
  const found = new RegExp(`"key":${quoted},"space":${quoted},"origin":${quoted}`).exec(text);
  const name = found ? readName(found) : undefined;
  const id = /"id":"([0-9a-f]{16})"/.exec(text.slice(-60))?.[1];
  const ids = new Set([...(id ? [id] : []), ...(name ? [shortId(name)] : [])]);
  return { ids: [...ids], name };
}

/** The most bytes of a line in which a flipped bit is searched for. */
const mostRepairable = 4096;

/** The line with one bit flipped back; undefined where that makes no whole line. */
function repair(damaged: Buffer): (Line & { readonly kind: "record" }) | undefined {
  if (damaged.length > mostRepairable) return undefined;
  const bytes = Buffer.from(damaged);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    bytes[bit >> 3]! ^= 1 << (bit & 7);
    const line = readLine(bytes);
    if (line) return line.kind === "record" ? line : undefined;
    bytes[bit >> 3]! ^= 1 << (bit & 7);
  }
  return undefined;
}

function readName([, key = "", space = "", origin = ""]: RegExpExecArray): RecordId | undefined {
  try {
    return { key: JSON.parse(key), space: JSON.parse(space), origin: JSON.parse(origin) };
  } catch {
    return undefined;
  }
}
