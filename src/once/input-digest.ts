/** An input as records keep it, and its hash. */
export interface InputDigest {
  /** The input with files as `{ sha256, bytes }`, `data:` addresses by their hash, and addresses without query, fragment and user. */
  readonly kept: unknown;
  /** SHA-256, in hex, of the kept input as JSON with its names in order. */
  readonly inputHash: string;
  /** True where the kept input is all of the input, so that nothing else has to be kept to send it again. */
  readonly isWhole: boolean;
}

/**
 * Digests an input before files are attached: a file by its SHA-256, an address without its query, fragment and user name, so that an address that was
 * signed anew gives the same hash. Fields that are `undefined` count as left out. Takes what JSON can carry, and `Blob`s and bytes.
 */
export async function digestInput(input: unknown): Promise<InputDigest> {
  const state = { isWhole: true };
  const kept = await keep(input, state);
  const inputHash = await sha256(new TextEncoder().encode(JSON.stringify(kept) ?? ""));
  return { kept, inputHash, isWhole: state.isWhole };
}

async function keep(value: unknown, state: { isWhole: boolean }): Promise<unknown> {
  if (typeof value === "string") return keepText(value, state);
  if (typeof value !== "object" || value === null) return value;
  const bytes = await readBytes(value);
  if (bytes) {
    state.isWhole = false;
    return { sha256: await sha256(bytes), bytes: bytes.byteLength };
  }
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) items.push(await keep(item, state));
    return items;
  }
  const fields: [string, unknown][] = [];
  for (const name of Object.keys(value).sort()) {
    const item: unknown = (value as { readonly [name: string]: unknown })[name];
    if (item !== undefined) fields.push([name, await keep(item, state)]);
  }
  return Object.fromEntries(fields);
}

/** The form in which files are kept. It stays as it is when it is digested again. */
const keptFile = /^data:[^,]{0,200},sha256:[0-9a-f]{64}$/i;

async function keepText(text: string, state: { isWhole: boolean }): Promise<string> {
  if (keptFile.test(text)) return text;
  const data = /^data:([^,]{0,200}),/i.exec(text);
  if (data) {
    state.isWhole = false;
    const hash = await sha256(new TextEncoder().encode(text.slice(data[0].length)));
    return `data:${data[1]},sha256:${hash}`;
  }
  const address = /^(https?:\/\/)(?:[^\s/?#@]*@)?([^\s?#]*)(?:[?#]\S*)?$/i.exec(text);
  const shown = address ? address[1]! + address[2]! : text;
  if (shown !== text) state.isWhole = false;
  return shown;
}

async function readBytes(value: object): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (value instanceof Blob) return new Uint8Array(await value.arrayBuffer());
  if (ArrayBuffer.isView(value))
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();
  return value instanceof ArrayBuffer ? new Uint8Array(value) : undefined;
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
