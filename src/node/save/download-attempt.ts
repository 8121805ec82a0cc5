import { createHash } from "node:crypto";
import { DownloadError } from "../files/download-error.js";
import { isStrongEtag, type Origin, type PartialFile } from "../files/partial-file.js";
import { decodeBody, isEncoded } from "../net/decoded-body.js";
import type { DestinationRules } from "../net/destination.js";
import { openUrl, type Network } from "../net/network.js";
import type { OpenResponse } from "../net/pinned-request.js";
import { showUrl } from "../net/url-redaction.js";

/** The settings of one attempt to fetch a file. */
export interface FetchTask {
  readonly url: string;
  readonly rules: DestinationRules;
  readonly maxBytes: number;
  /** Longest silence of the host in milliseconds. */
  readonly idleMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: (bytes: number, total: number | undefined) => void;
}

/** Facts about a file that arrived whole. */
export interface Arrival {
  readonly contentType: string | undefined;
  /** The host announced no length, so a file that was cut off cannot be told from a whole one. */
  readonly unverifiedLength: boolean;
}

/** Status codes with which hosts refuse a URL whose signature has expired. */
export const expiredStatus: ReadonlySet<number> = new Set([401, 403, 410]);

/** The length of the body that is about to be read. */
interface Expected {
  /** Size of the whole file in bytes, where the host tells it. */
  readonly total: number | undefined;
  /** True where a whole body can be told from one that was cut off. */
  readonly verified: boolean;
  /** Number of bytes at the start of the body that are already in the file. Default 0. */
  readonly overlap?: number;
}

/** Fetches a file, or the rest of it, in one attempt. */
export async function fetchOnce(network: Network, task: FetchTask, file: PartialFile): Promise<Arrival> {
  const source = digestSource(task.url);
  const known = file.size > 0 && file.origin?.source === source ? file.origin : undefined;
  if (known !== undefined && known.total === file.size) {
    return { contentType: known.contentType, unverifiedLength: false };
  }
  const response = await openUrl(network, task.url, {
    rules: task.rules,
    signal: task.signal,
    idleMs: task.idleMs,
    ...(known && { headers: { range: `bytes=${file.size}-`, "if-range": known.etag } }),
  });
  try {
    const expected = await readHeaders(response, file, known, source, task);
    if (expected === "complete") return { contentType: known?.contentType, unverifiedLength: false };
    if (expected !== "changed") return await readFile(response, file, task, expected);
  } finally {
    response.close();
  }
  // The host has another version of the file now. An empty partial file asks for no range, so this happens only once.
  await file.restart(undefined);
  return fetchOnce(network, task, file);
}

/** Decides by status and headers how the body continues the partial file, and empties the file where the body is a whole one. */
async function readHeaders(
  response: OpenResponse,
  file: PartialFile,
  known: Origin | undefined,
  source: string,
  task: FetchTask,
): Promise<Expected | "complete" | "changed"> {
  const { status, header } = response;
  if (status === 416 && known !== undefined) {
    const total = /^bytes \*\/(\d+)$/.exec(header("content-range") ?? "")?.[1];
    return Number(total) === file.size && (known.total ?? file.size) === file.size ? "complete" : "changed";
  }
  if (status === 206 && known !== undefined) return acceptRest(response, file, known, task);
  if (status === 200) return acceptWhole(response, file, source, task);
  const hint = expiredStatus.has(status) ? "; its signature may have expired" : "";
  throw new DownloadError("status", `${showUrl(task.url)} answered ${status}${hint}.`, {
    status,
    retryAfterMs: readRetryAfter(header("retry-after")),
  });
}

/** Accepts the rest of a file whose beginning is here, if it belongs to the same version of the file and joins its bytes. */
function acceptRest(
  response: OpenResponse,
  file: PartialFile,
  known: Origin,
  task: FetchTask,
): Expected | "changed" {
  const { header } = response;
  if ((header("etag") ?? known.etag) !== known.etag || isEncoded(response)) return "changed";
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header("content-range") ?? "");
  const [start = Infinity, end, total] = (range ?? []).slice(1).map(Number);
  // A host may begin earlier than requested, such as at the start of a block; a rest that begins later would leave a gap.
  if (start > file.size || total === undefined || end !== total - 1) return "changed";
  if ((known.total ?? total) !== total) return "changed";
  refuseLarge(total, task);
  return { total, verified: true, overlap: file.size - start };
}

/** Accepts a whole file from its first byte, in place of the bytes so far. */
async function acceptWhole(
  response: OpenResponse,
  file: PartialFile,
  source: string,
  task: FetchTask,
): Promise<Expected> {
  const { header } = response;
  const encoded = isEncoded(response);
  const announced = header("content-length");
  const length = announced !== undefined && /^\d+$/.test(announced) ? Number(announced) : undefined;
  if (length !== undefined) refuseLarge(length, task);
  const total = encoded ? undefined : length;
  const etag = header("etag");
  const resumable = etag !== undefined && isStrongEtag(etag) && !encoded;
  await file.restart(resumable ? { source, etag, total, contentType: header("content-type") } : undefined);
  return { total, verified: length !== undefined };
}

async function readFile(
  response: OpenResponse,
  file: PartialFile,
  task: FetchTask,
  { total, verified, overlap = 0 }: Expected,
): Promise<Arrival> {
  const shown = showUrl(task.url);
  await readBody(response, file, task, total, overlap);
  if (total !== undefined && file.size !== total) {
    throw new DownloadError("length", `${shown} ended after ${file.size} of ${total} bytes.`);
  }
  if (file.size === 0) throw new DownloadError("length", `${shown} is empty.`);
  return { contentType: response.header("content-type"), unverifiedLength: !verified };
}

async function readBody(
  response: OpenResponse,
  file: PartialFile,
  task: FetchTask,
  total: number | undefined,
  overlap: number,
): Promise<void> {
  const { status } = response;
  const shown = showUrl(task.url);
  let skip = overlap;
  task.onBytes?.(file.size, total);
  try {
    for await (const piece of decodeBody(response)) {
      const chunk = piece.subarray(skip);
      skip = Math.max(0, skip - piece.length);
      const size = file.size + chunk.length;
      refuseLarge(size, task);
      if (total !== undefined && size > total) {
        throw new DownloadError("status", `${shown} sent more than the ${total} bytes it announced.`, {
          status,
        });
      }
      await file.append(chunk);
      task.onBytes?.(file.size, total);
    }
  } catch (cause) {
    if (cause instanceof DownloadError) throw cause;
    task.signal?.throwIfAborted();
    const of = total === undefined ? "" : ` of ${total}`;
    throw new DownloadError("connection", `${shown} broke off after ${file.size}${of} bytes.`, { cause });
  }
}

function refuseLarge(bytes: number, { url, maxBytes }: FetchTask): void {
  if (bytes <= maxBytes) return;
  throw new DownloadError(
    "too_large",
    `${showUrl(url)} has at least ${bytes} bytes; \`maxBytes\` is ${maxBytes}.`,
  );
}

const longestRetryAfterMs = 60_000;

function readRetryAfter(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,9}$/.test(value)
    ? Math.min(Number(value) * 1000, longestRetryAfterMs)
    : undefined;
}

/** Names the source of a file by its URL without the query, because the query changes with every signature. */
export function digestSource(url: string): string {
  const { origin, pathname } = new URL(url);
  return createHash("sha256")
    .update(origin + pathname)
    .digest("hex");
}
