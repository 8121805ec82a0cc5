import { createHash } from "node:crypto";
import { untilAbort } from "../../time/clock.js";
import type { DestinationRules } from "../net/destination.js";
import { DownloadError } from "../files/download-error.js";
import { decodeBody } from "../net/decoded-body.js";
import { openUrl, type Network, type OpenResponse } from "../net/network.js";
import { isStrongEtag, type PartialFile } from "../files/partial-file.js";
import { showUrl } from "../net/url-redaction.js";

/** What it takes to fetch one file. */
export interface DownloadTask {
  readonly url: string;
  readonly rules: DestinationRules;
  readonly maxBytes: number;
  readonly idleMs: number;
  /** Attempts in a row that bring no new byte. */
  readonly attempts: number;
  readonly signal?: AbortSignal | undefined;
  /** A new URL for a file whose host no longer honours this one. */
  readonly refresh?: (() => Promise<string | undefined>) | undefined;
  readonly onBytes?: (bytes: number, total: number | undefined) => void;
}

/** What is known of a file that arrived whole. */
export interface Arrival {
  readonly contentType: string | undefined;
  /** The host announced no length, so nobody can tell whether it was all. */
  readonly unverifiedLength: boolean;
}

const mostAttempts = 100;
const passing = new Set<DownloadError["reason"]>(["connection", "stalled", "length"]);
const passingStatus = new Set([408, 425, 429, 500, 502, 503, 504]);
const expiredStatus = new Set([401, 403, 410]);

/**
 * Fetches a URL into a partial file, going on where it broke off when the host's ETag allows. Throws `DownloadError`, or the
 * signal's reason; the partial file is left open either way.
 */
export async function download(network: Network, task: DownloadTask, file: PartialFile): Promise<Arrival> {
  let { url } = task;
  let refreshed = false;
  let furthest = file.size;
  let fruitless = 0;
  for (let attempt = 1; ; attempt++) {
    try {
      return await fetchOnce(network, { ...task, url }, file);
    } catch (error) {
      task.signal?.throwIfAborted();
      if (!(error instanceof DownloadError)) throw error;
      if (error.status !== undefined && expiredStatus.has(error.status) && task.refresh && !refreshed) {
        refreshed = true;
        const next = await untilAbort(task.refresh(), [task.signal]);
        if (next === undefined || next === url) throw error;
        url = next;
        continue;
      }
      const again =
        passing.has(error.reason) || (error.status !== undefined && passingStatus.has(error.status));
      fruitless = file.size > furthest ? 1 : fruitless + 1;
      furthest = Math.max(furthest, file.size);
      if (!again || fruitless >= task.attempts || attempt >= mostAttempts) throw error;
      await network.clock.sleep(error.retryAfterMs ?? Math.min(250 * 2 ** fruitless, 8000), task.signal);
    }
  }
}

async function fetchOnce(network: Network, task: DownloadTask, file: PartialFile): Promise<Arrival> {
  const { origin } = file;
  const source = digestSource(task.url);
  const resume = origin !== undefined && origin.source === source && file.size > 0 ? origin : undefined;
  if (resume?.total !== undefined && resume.total === file.size) {
    return { contentType: resume.contentType, unverifiedLength: false };
  }
  const response = await openUrl(network, task.url, {
    rules: task.rules,
    signal: task.signal,
    idleMs: task.idleMs,
    ...(resume && { headers: { range: `bytes=${file.size}-`, "if-range": resume.etag } }),
  });
  try {
    const expected = await agree(response, file, resume !== undefined, source, task);
    if (expected === "complete") return { contentType: resume?.contentType, unverifiedLength: false };
    if (expected !== "changed") return await readWhole(response, file, task, expected);
  } finally {
    response.close();
  }
  // Without bytes there is no range to ask for, so this happens once.
  await file.restart(undefined);
  return fetchOnce(network, task, file);
}

async function readWhole(
  response: OpenResponse,
  file: PartialFile,
  task: DownloadTask,
  { total, verified }: Expected,
): Promise<Arrival> {
  const shown = showUrl(task.url);
  await readBody(response, file, task, total);
  // Bytes beyond the announced length show as an error of the platform's parser.
  if (response.fault() !== undefined) {
    throw new DownloadError("length", `${shown} sent more than it announced.`, { cause: response.fault() });
  }
  if (total !== undefined && file.size !== total) {
    throw new DownloadError("length", `${shown} ended after ${file.size} of ${total} bytes.`);
  }
  if (file.size === 0) throw new DownloadError("length", `${shown} is empty.`);
  return { contentType: response.header("content-type"), unverifiedLength: !verified };
}

interface Expected {
  /** Bytes of the whole file, where the host says. */
  readonly total: number | undefined;
  /** Whether the end of the file can be told from a connection that ended too early. */
  readonly verified: boolean;
}

/** Reads status and headers, and brings the partial file to where the body begins. */
async function agree(
  response: OpenResponse,
  file: PartialFile,
  resumed: boolean,
  source: string,
  task: DownloadTask,
): Promise<Expected | "complete" | "changed"> {
  const { status, header } = response;
  const shown = showUrl(task.url);
  if (status === 416 && resumed) {
    const total = /^bytes \*\/(\d+)$/.exec(header("content-range") ?? "")?.[1];
    const known = file.origin?.total ?? file.size;
    return Number(total) === file.size && known === file.size ? "complete" : "changed";
  }
  if (status === 206 && resumed) return agreeOnRest(response, file, task);
  if (status !== 200) {
    throw new DownloadError(
      "status",
      `${shown} answered ${status}${expiredStatus.has(status) ? "; its signature may have expired" : ""}.`,
      {
        status,
        retryAfterMs: readRetryAfter(header("retry-after")),
      },
    );
  }
  return begin(response, file, source, task);
}

/** The rest of a file whose beginning is here; what a host sends of another version of it cannot be joined. */
async function agreeOnRest(
  response: OpenResponse,
  file: PartialFile,
  task: DownloadTask,
): Promise<Expected | "changed"> {
  const { status, header } = response;
  const etag = header("etag") ?? file.origin?.etag;
  if (etag !== file.origin?.etag || isEncoded(response)) return "changed";
  const range = header("content-range");
  const [start, end, total] = (/^bytes (\d+)-(\d+)\/(\d+)$/.exec(range ?? "") ?? []).slice(1).map(Number);
  if (start !== file.size || total === undefined || end !== total - 1) {
    await file.restart(undefined);
    const shown = showUrl(task.url);
    const message = `${shown} answered with another range than asked for (${range ?? "none"}).`;
    throw new DownloadError("status", message, { status });
  }
  if ((file.origin?.total ?? total) !== total) return "changed";
  refuseLarge(total, task);
  return { total, verified: true };
}

function isEncoded({ header }: OpenResponse): boolean {
  return !["", "identity"].includes(header("content-encoding")?.trim().toLowerCase() ?? "");
}

/** A whole file from its first byte. */
async function begin(
  response: OpenResponse,
  file: PartialFile,
  source: string,
  task: DownloadTask,
): Promise<Expected> {
  const { header } = response;
  const encoded = isEncoded(response);
  const announced = header("content-length");
  const length = announced !== undefined && /^\d+$/.test(announced) ? Number(announced) : undefined;
  const total = encoded ? undefined : length;
  if (length !== undefined) refuseLarge(length, task);
  const etag = header("etag");
  const resumable = etag !== undefined && isStrongEtag(etag) && !encoded;
  await file.restart(resumable ? { source, etag, total, contentType: header("content-type") } : undefined);
  return { total, verified: length !== undefined };
}

async function readBody(
  response: OpenResponse,
  file: PartialFile,
  task: DownloadTask,
  total: number | undefined,
): Promise<void> {
  task.onBytes?.(file.size, total);
  try {
    for await (const chunk of decodeBody(response)) {
      response.touch();
      if (file.size + chunk.length > task.maxBytes) refuseLarge(file.size + chunk.length, task);
      if (total !== undefined && file.size + chunk.length > total) {
        throw new DownloadError(
          "status",
          `${showUrl(task.url)} sent more than the ${total} bytes it announced.`,
          { status: response.status },
        );
      }
      await file.append(chunk);
      response.touch();
      task.onBytes?.(file.size, total);
    }
  } catch (cause) {
    if (cause instanceof DownloadError) throw cause;
    const fault = response.fault();
    if (fault instanceof DownloadError) throw fault;
    task.signal?.throwIfAborted();
    const of = total === undefined ? "" : ` of ${total}`;
    throw new DownloadError("connection", `${showUrl(task.url)} broke off after ${file.size}${of} bytes.`, {
      cause: fault ?? cause,
    });
  }
}

function refuseLarge(bytes: number, task: DownloadTask): void {
  if (bytes <= task.maxBytes) return;
  throw new DownloadError(
    "too_large",
    `${showUrl(task.url)} has at least ${bytes} bytes; \`maxBytes\` is ${task.maxBytes}.`,
  );
}

const longestRetryAfter = 60_000;

function readRetryAfter(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,9}$/.test(value)
    ? Math.min(Number(value) * 1000, longestRetryAfter)
    : undefined;
}

/** The query changes with every signature; the rest names the file. */
function digestSource(url: string): string {
  const { origin, pathname } = new URL(url);
  return createHash("sha256")
    .update(origin + pathname)
    .digest("hex");
}
