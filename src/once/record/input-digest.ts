import { hashText, sha256 } from "./sha256.js";

/** An input as records keep it, and its hash. */
export interface InputDigest {
  /** The input with files as `{ sha256, bytes }`, `data:` addresses by their hash, and addresses without query, fragment and user. */
  readonly kept: unknown;
  /** SHA-256, in hex, of the kept input as JSON with its names in order. */
  readonly inputHash: string;
  /** True where the kept input is all of the input, so that nothing else has to be kept to send it again. */
  readonly isWhole: boolean;
}

/** A value whose bytes count instead of itself: a file, or a `data:` address. */
type Content = Blob | ArrayBuffer | ArrayBufferView | string;

/**
 * Digests an input before files are attached: a file by its SHA-256, an address without its query, fragment and user name, so that an address that was
 * signed anew gives the same hash. Fields that are `undefined` count as left out. Takes what JSON can carry, and `Blob`s and bytes.
 */
export async function digestInput(input: unknown): Promise<InputDigest> {
  const contents = new Set<Content>();
  findContents(input, contents);
  const hashes = new Map<unknown, string>();
  for (const content of contents) hashes.set(content, await hashContent(content));
  const state = { isWhole: contents.size === 0 };
  const kept = keep(input, hashes, state);
  const inputHash = await hashText(JSON.stringify(kept) ?? "");
  return { kept, inputHash, isWhole: state.isWhole };
}

/** The form in which files are kept. It stays as it is when it is digested again. */
const keptFile = /^data:[^,]{0,200},sha256:[0-9a-f]{64}$/i;
const dataAddress = /^data:([^,]{0,200}),/i;

function findContents(value: unknown, found: Set<Content>): void {
  if (typeof value === "string") {
    if (dataAddress.test(value) && !keptFile.test(value)) found.add(value);
  } else if (isBytes(value)) found.add(value);
  else if (typeof value === "object" && value !== null)
    for (const item of Object.values(value)) findContents(item, found);
}

function isBytes(value: unknown): value is Exclude<Content, string> {
  return value instanceof Blob || value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}

async function hashContent(content: Content): Promise<string> {
  if (typeof content === "string") return hashText(content.slice(dataAddress.exec(content)![0].length));
  if (content instanceof Blob) return sha256(content);
  if (content instanceof ArrayBuffer) return sha256(new Uint8Array(content));
  return sha256(new Uint8Array(content.buffer, content.byteOffset, content.byteLength));
}

function keep(value: unknown, hashes: ReadonlyMap<unknown, string>, state: { isWhole: boolean }): unknown {
  const hash = hashes.get(value);
  if (typeof value === "string") {
    if (hash !== undefined) return `data:${dataAddress.exec(value)![1]},sha256:${hash}`;
    const shown = keepAddress(value);
    if (shown !== value) state.isWhole = false;
    return shown;
  }
  if (typeof value !== "object" || value === null) return value;
  if (hash !== undefined)
    return { sha256: hash, bytes: value instanceof Blob ? value.size : byteLengthOf(value) };
  if (Array.isArray(value)) return value.map((item) => keep(item, hashes, state));
  const fields = value as { readonly [name: string]: unknown };
  return Object.fromEntries(
    Object.keys(fields)
      .sort()
      .filter((name) => fields[name] !== undefined)
      .map((name) => [name, keep(fields[name], hashes, state)]),
  );
}

function byteLengthOf(bytes: object): number {
  return (bytes as ArrayBuffer | ArrayBufferView).byteLength;
}

/** An address without user, query and fragment; another text as it is. */
function keepAddress(text: string): string {
  if (!/^https?:\/\//i.test(text)) return text;
  const address = /^(https?:\/\/)(?:[^\s/?#@]*@)?([^\s?#]*)(?:[?#]\S*)?$/i.exec(text);
  return address ? address[1]! + address[2]! : text;
}
