import { ResponseError, RunComfyError } from "../../errors/errors.js";
import type { JobRef } from "../../errors/error-fields.js";
import type { JobResult } from "../../job/job-types.js";
import { decodeDataUri, parseDataUri } from "../../media/data-uri.js";
import { readSignature } from "../../media/file-type.js";
import type { ResultFile } from "../../media/result-files.js";
import { explain } from "../../protocol/platform-error.js";
import { resultFiles } from "#result-files";
import type { SdkJson, SdkVideo } from "./sdk-types.js";

/** The files that one job made. */
export interface JobFiles<File> {
  readonly files: readonly File[];
  /** For each file the job, its address and the job's cost. */
  readonly metadata: readonly SdkJson[];
}

/** The most bytes of one image. */
const maxImageBytes = 256_000_000;

/** The images of a result, as bytes. Rejects with an error that names the job and the address where one cannot be read. */
export async function readImages(
  result: JobResult,
  signal: AbortSignal | undefined,
): Promise<JobFiles<Uint8Array>> {
  const found = findFiles(result, "image");
  const files = await Promise.all(found.map(({ url }) => readBytes(result, url, signal)));
  return { files, metadata: found.map(({ url }) => describeFile(result, url)) };
}

/** The videos of a result: their addresses, or bytes that the output itself holds. */
export async function readVideos(result: JobResult): Promise<JobFiles<SdkVideo>> {
  const found = findFiles(result, "video");
  const files = await Promise.all(
    found.map(async ({ url, type }): Promise<SdkVideo> => {
      const mediaType = type?.contentType ?? "video/mp4";
      if (!/^data:/i.test(url)) return { type: "url", url, mediaType };
      return { type: "binary", data: await readBytes(result, url, undefined), mediaType };
    }),
  );
  return { files, metadata: found.map(({ url }) => describeFile(result, url)) };
}

function describeFile({ requestId, model, cost }: JobResult, url: string): SdkJson {
  const isInline = /^data:/i.test(url);
  return { requestId, model, ...(!isInline && { url }), ...(cost !== undefined && { cost }) };
}

/** The files of a kind in an output. A file of an unknown kind counts only where no file is known to be of that kind. */
function findFiles(result: JobResult, kind: "image" | "video"): readonly ResultFile[] {
  const all = resultFiles.find(result.output, result.origin);
  const told = all.filter(({ type }) => type?.kind === kind);
  const found = told.length > 0 ? told : all.filter(({ type }) => type === undefined);
  const refused = found.find(({ refusal }) => refusal !== undefined);
  if (refused) throw fileError(result, refused.url, refused.refusal!);
  if (found.length === 0)
    throw new ResponseError(
      `Job ${result.requestId} of ${result.model} has finished and is charged, but its output names no ${kind}.`,
      { job: refOf(result), raw: result.raw },
    );
  return found;
}

async function readBytes(
  result: JobResult,
  url: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const inline = parseDataUri(url);
    const bytes = inline
      ? decodeDataUri(inline)
      : await resultFiles.read(url, {
          origin: result.origin,
          maxBytes: maxImageBytes,
          ...(signal && { signal }),
        });
    if (!bytes || bytes.length === 0) throw new Error("it is empty or badly encoded");
    const kind = readSignature(bytes)?.kind;
    if (kind === "other") throw new Error("its bytes are those of another kind of file");
    return new Uint8Array(bytes);
  } catch (error) {
    throw fileError(result, url, explain(error, String), error);
  }
}

function fileError(result: JobResult, url: string, reason: string, cause?: unknown): RunComfyError {
  const shown = /^data:/i.test(url) ? "that the output holds itself" : url.replace(/[?#].*/s, "");
  const error = new RunComfyError(
    `Job ${result.requestId} has finished and is charged, but its file ${shown} was not read: ${reason}. ` +
      "client.job(error.job).result() gives the address again.",
    { code: "save", job: refOf(result), cause, raw: result.raw },
  );
  const { name } = Object(cause) as { name?: unknown };
  if (name === "AbortError" || name === "TimeoutError")
    Object.defineProperty(error, "name", { value: name, configurable: true });
  return error;
}

function refOf({ requestId, model }: JobResult): JobRef {
  return { id: requestId, model };
}
