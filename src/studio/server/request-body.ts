import type { IncomingMessage } from "node:http";
import { ApiRefusal } from "../jobs/api-refusal.js";

/** The largest JSON of a request: prompts, and addresses of files. */
const mostJsonBytes = 2_000_000;

/** A request's JSON object. Rejects with 400, 413 or 415. */
export async function readJsonBody(request: IncomingMessage): Promise<{ readonly [name: string]: unknown }> {
  // A form of another site cannot send this type.
  if (!/^application\/json *(?:;|$)/i.test(request.headers["content-type"] ?? ""))
    throw new ApiRefusal(415, "type", "The request must be JSON.");
  const bytes = await readBody(request, mostJsonBytes);
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as { readonly [name: string]: unknown };
  } catch {
    // The error follows below.
  }
  throw new ApiRefusal(400, "json", "The request is no JSON object.");
}

/** The bytes of a request. Rejects with 413 where there are too many. */
export async function readBody(request: IncomingMessage, mostBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of limitBody(request, mostBytes)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The bytes of a request as they come. Rejects with 413 where there are too many. */
export async function* limitBody(request: IncomingMessage, mostBytes: number): AsyncGenerator<Uint8Array> {
  const tooLarge = new ApiRefusal(413, "too_large", `The request has more than ${mostBytes / 1e6} MB.`);
  if (Number(request.headers["content-length"] ?? 0) > mostBytes) throw tooLarge;
  let bytes = 0;
  // Leaving the loop early would close the connection before the answer is written.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw tooLarge;
    yield chunk;
  }
}
