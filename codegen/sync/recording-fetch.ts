type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A fetch that remembers the body of the last good answer as the service sent it. */
export interface BodyRecorder {
  readonly fetch: Fetch;
  /** The text of the last good answer; empty where there was none. */
  readonly lastBody: () => string;
}

/** The longest answer that the client reads, in bytes. */
const mostBytes = 10 * 2 ** 20;

/** Makes a fetch that records. It serves one call at a time. */
export function recordBodies(send: Fetch = (url, init) => globalThis.fetch(url, init)): BodyRecorder {
  let body = "";
  return {
    fetch: async (url, init) => {
      body = "";
      const response = await send(url, init);
      if (!response.ok) return response;
      const text = await readBounded(response);
      if (text === undefined) return tooLarge();
      body = text;
      return new Response(text === "" ? null : text, { status: response.status, headers: response.headers });
    },
    lastBody: () => body,
  };
}

/** Reads a body; undefined, without reading on, where it is longer than the client takes. */
async function readBounded({ body }: Response): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const piece of body ?? []) {
    size += piece.length;
    if (size > mostBytes) return undefined;
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

/** An answer that the client treats as a lasting refusal, so that it does not request the same megabytes again. */
function tooLarge(): Response {
  return Response.json({ error_code: 413000, message: "the answer is longer than 10 MiB" }, { status: 413 });
}
