/** A hash that takes its bytes in pieces. */
interface Hash {
  update(piece: Uint8Array): unknown;
  digest(form: "hex"): string;
}

/**
 * SHA-256, in lower-case hexadecimal. Node, Deno and Bun hash at once, and a Blob piece by piece; elsewhere the platform's digest takes
 * all bytes together, so that a whole Blob is in memory.
 */
export async function sha256(data: Uint8Array | Blob): Promise<string> {
  const hash = createHash();
  if (!hash) return digestWhole(data instanceof Blob ? await data.arrayBuffer() : new Uint8Array(data));
  if (data instanceof Blob) await feed(hash, data);
  else hash.update(data);
  return hash.digest("hex");
}

/** The hash of a short text, without a turn of the event loop where the platform hashes at once. */
export function hashText(text: string): string | Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const hash = createHash();
  if (!hash) return digestWhole(bytes);
  hash.update(bytes);
  return hash.digest("hex");
}

function createHash(): Hash | undefined {
  const { process } = globalThis as {
    readonly process?: {
      getBuiltinModule?(name: string): { createHash?(name: string): Hash } | undefined;
    };
  };
  return process?.getBuiltinModule?.("node:crypto")?.createHash?.("sha256");
}

async function feed(hash: Hash, blob: Blob): Promise<void> {
  const reader = blob.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    hash.update(value);
  }
}

async function digestWhole(bytes: Uint8Array<ArrayBuffer> | ArrayBuffer): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
