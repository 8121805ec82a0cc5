import type { Answer, Call } from "./answer.js";
import { answerRefusal } from "./answer.js";
import { readRange, tagOf } from "./media.js";
import { filesOf } from "./output.js";
import type { Target } from "./routes.js";
import type { World } from "./world.js";

/** Serves a job's file to anybody who knows its address, as a file host does: no token, ranges, validators. */
export function answerMedia(world: World, target: Target, call: Call): Answer {
  const job = world.queue.get(target.requestId!);
  const files = job?.outcome === "succeeded" ? filesOf(job.offer, job.input) : undefined;
  if (!job || !files || target.file! >= files.count) {
    return answerRefusal({ status: 404, code: 404001, message: "There is no such file." }, world.spelling);
  }
  const file = world.media[files.kind];
  const tag = tagOf(job.id, file);
  const headers = {
    "content-type": file.type,
    "accept-ranges": "bytes",
    etag: tag,
    "last-modified": new Date(job.finishedAt ?? job.at).toUTCString(),
  };
  const size = file.bytes.byteLength;
  if (call.headers["if-none-match"] === tag) return { status: 304, headers };
  if (call.method === "HEAD") return { status: 200, headers, length: size };
  const ifRange = call.headers["if-range"];
  const range = ifRange === undefined || ifRange === tag ? readRange(rangeOf(call), size) : undefined;
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

function rangeOf(call: Call): string | undefined {
  const header = call.headers["range"];
  return typeof header === "string" ? header : undefined;
}
