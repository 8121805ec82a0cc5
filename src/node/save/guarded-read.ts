import type { ReadOptions, ResultFile, ResultFiles } from "../../media/result-files.js";
import { typeOfUrl } from "../../media/result-files.js";
import { pause } from "../../time/scope.js";
import { DownloadError } from "../files/download-error.js";
import { decodeBody } from "../net/decoded-body.js";
import { openUrl, systemNetwork } from "../net/network.js";
import { findAssets } from "./assets.js";
import { isInlineFile } from "./inline-file.js";

/** The tools of Node, Deno and Bun: every address that a name resolves to is judged before it is connected to. */
export const resultFiles: ResultFiles = { find, read };

const idleMs = 30_000;
const mostAttempts = 4;

function find(output: unknown, origin: string): ResultFile[] {
  return findAssets(output, { localOrigin: origin })
    .filter(({ role }) => role === "output")
    .map(({ url, reason }) => ({
      // Text in base64 without its kind is a file, too.
      url: isInlineFile(url) && !/^data:/i.test(url) ? `data:;base64,${url}` : url,
      type: typeOfUrl(url),
      refusal: reason,
    }));
}

async function read(url: string, options: ReadOptions): Promise<Uint8Array<ArrayBuffer>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readOnce(url, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof DownloadError) || attempt === mostAttempts || !mayPass(error)) throw error;
      await pause(systemNetwork.clock, error.retryAfterMs ?? 250 * 2 ** attempt, options.signal);
    }
  }
}

/** A file of a job that has just ended may be missing for some seconds. */
function mayPass({ reason, status = 0 }: DownloadError): boolean {
  if (reason === "status") return [403, 404, 408, 409, 425, 429].includes(status) || status >= 500;
  return reason === "connection" || reason === "stalled" || reason === "length";
}

async function readOnce(
  url: string,
  { origin, maxBytes, signal }: ReadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await openUrl(systemNetwork, url, { rules: { localOrigin: origin }, idleMs, signal });
  try {
    const { status } = response;
    if (status !== 200) throw new DownloadError("status", `The host answered ${status}.`, { status });
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of decodeBody(response)) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new DownloadError("too_large", `The file has more than ${maxBytes} bytes.`);
      chunks.push(Buffer.from(chunk));
    }
    const announced = response.header("content-length");
    const isCut =
      announced !== undefined &&
      response.header("content-encoding") === undefined &&
      Number(announced) !== bytes;
    if (isCut || bytes === 0) throw new DownloadError("length", `The file ended after ${bytes} bytes.`);
    return new Uint8Array(Buffer.concat(chunks));
  } finally {
    response.close();
  }
}
