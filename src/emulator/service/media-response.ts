import { createHash } from "node:crypto";
import type { MediaFile } from "../jobs/media-file.js";
import { planFiles } from "../jobs/job-output.js";
import { readRange } from "../../media/byte-range.js";
import type { Target } from "./routes.js";
import { respondError } from "./service-response.js";
import type { ServiceRequest, ServiceResponse } from "./service-response.js";
import type { ServiceState } from "./service-state.js";

/** Serves a job's file to anyone who knows its address, as a file host does: no token, ranges, validators. */
export function respondMedia(state: ServiceState, target: Target, request: ServiceRequest): ServiceResponse {
  const job = state.queue.get(target.requestId!);
  const files = job?.outcome === "succeeded" ? planFiles(job.offer, job.input) : undefined;
  if (!job || !files || target.file! >= files.count) {
    return respondError({ status: 404, code: 404001, message: "There is no such file." }, state.wireFormat);
  }
  const file = state.media[files.kind];
  const tag = createTag(job.id, file);
  const headers = {
    "content-type": file.type,
    "accept-ranges": "bytes",
    etag: tag,
    "last-modified": new Date(job.finishedAt ?? job.at).toUTCString(),
  };
  const size = file.bytes.byteLength;
  if (request.headers["if-none-match"] === tag) return { status: 304, headers };
  if (request.method === "HEAD") return { status: 200, headers, length: size };
  const ifRange = request.headers["if-range"];
  const range = ifRange === undefined || ifRange === tag ? readRange(rangeOf(request), size) : undefined;
  if (range === "unsatisfiable")
    return { status: 416, headers: { ...headers, "content-range": `bytes */${size}` } };
  if (!range) return { status: 200, headers, bytes: file.bytes };
  const { first, last } = range;
  return {
    status: 206,
    headers: { ...headers, "content-range": `bytes ${first}-${last}/${size}` },
    bytes: file.bytes.subarray(first, last + 1),
  };
}

/** A strong validator that differs between jobs even if their bytes are the same. */
function createTag(requestId: string, file: MediaFile): string {
  return `"${createHash("sha256").update(requestId).update(file.bytes).digest("hex").slice(0, 16)}"`;
}

function rangeOf(request: ServiceRequest): string | undefined {
  const header = request.headers["range"];
  return typeof header === "string" ? header : undefined;
}
