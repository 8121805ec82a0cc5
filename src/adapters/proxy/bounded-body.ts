/** The bytes of a body, or the reason why there are none. */
export type RequestBody =
  | { readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly problem: "too_large" | "unreadable" };

/** A body that is longer than this is not read to its end: the connection may close instead. */
const mostDrainedBytes = 16_000_000;

/**
 * Reads the body of a request within a bound. One that is too large is read on and thrown away, within another bound: a server that
 * answers without reading ends the connection, and the next request on it fails.
 */
export async function readBody(
  request: Request,
  maxBytes: number,
  signal: AbortSignal,
): Promise<RequestBody> {
  if (request.bodyUsed) return { problem: "unreadable" };
  if (!request.body) return { bytes: new Uint8Array() };
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > mostDrainedBytes) return { problem: "too_large" };
  const reader = request.body.getReader();
  const stop = () => void reader.cancel("ended").catch(() => {});
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await readAll(reader, maxBytes);
  } catch {
    return { problem: "unreadable" };
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
): Promise<RequestBody> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    bytes += part.value.byteLength;
    if (bytes <= maxBytes) chunks.push(part.value);
    else chunks.length = 0;
    if (bytes > maxBytes + mostDrainedBytes) {
      await reader.cancel("too large");
      break;
    }
  }
  if (bytes > maxBytes) return { problem: "too_large" };
  return { bytes: join(chunks, bytes) };
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
