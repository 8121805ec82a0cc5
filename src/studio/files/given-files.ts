import { createHash, randomUUID } from "node:crypto";
import { open, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { readSignature, signatureBytes, types } from "../../media/file-type.js";
import type { FileType } from "../../media/file-type.js";
import { platform } from "../../node/attach/node-platform.js";
import { makeDirectory } from "../../node/files/directories.js";

/** A file that the page gave. */
export interface KeptFile {
  /** `SHA256.EXTENSION`. */
  readonly name: string;
  readonly path: string;
  readonly type: FileType;
  readonly bytes: number;
}

/** The start of a field's value that stands for a given file. */
const scheme = "studio-file:";
const namePattern = /^([0-9a-f]{64})\.([a-z0-9]{2,5})$/;
/** A file in a record: its hash in place of its bytes. */
const keptPattern = /^data:([\w.+-]+\/[\w.+-]+),sha256:([0-9a-f]{64})$/;

/** The largest file that may be given: the service documents about 100 MB for a video. */
export const mostGivenBytes = 200_000_000;

/** The name of a given file in a field's value; undefined for any other value. */
export function readGivenName(value: unknown): string | undefined {
  if (typeof value !== "string" || !value.startsWith(scheme)) return undefined;
  return value.slice(scheme.length);
}

/** A given file as records keep it. */
export function toKeptText({ name, type }: KeptFile): string {
  return `data:${type.contentType},sha256:${name.slice(0, 64)}`;
}

/** The value of a field for a file that a record tells; undefined for any other text. */
export function fromKeptText(text: string): string | undefined {
  const [, contentType, hash] = keptPattern.exec(text) ?? [];
  const type = Object.values<FileType>(types).find((one) => one.contentType === contentType);
  return type && hash ? `${scheme}${hash}.${type.extension}` : undefined;
}

/**
 * The files that the page gave, by their hashes, in a folder of the user's cache. They outlive the server, so that an input can be
 * used again. Where there are too many bytes, the files that were not used for the longest time are removed.
 */
export class GivenFiles {
  readonly #folder: string;
  readonly #mostBytes: number;

  constructor(folder: string, mostBytes = 1_000_000_000) {
    this.#folder = folder;
    this.#mostBytes = mostBytes;
  }

  /** Keeps the bytes of a file. Gives undefined, and keeps nothing, where they are of no known picture, video or sound. */
  async add(body: AsyncIterable<Uint8Array>): Promise<KeptFile | undefined> {
    await makeDirectory(this.#folder, 0o700);
    const draft = join(this.#folder, `.${randomUUID()}.new`);
    try {
      const { hash, head, bytes } = await writeHashed(draft, body);
      const type = readSignature(head);
      if (!type || type.kind === "other") return undefined;
      const name = `${hash}.${type.extension}`;
      const path = join(this.#folder, name);
      await rename(draft, path);
      await this.#prune(name);
      return { name, path, type, bytes };
    } finally {
      await rm(draft, { force: true });
    }
  }

  /** A file by its name, `SHA256.EXTENSION`; undefined where it is no longer there. */
  async find(name: string): Promise<KeptFile | undefined> {
    const extension = namePattern.exec(name)?.[2];
    const known: Readonly<Record<string, FileType>> = types;
    const type = extension !== undefined && Object.hasOwn(known, extension) ? known[extension] : undefined;
    if (!type) return undefined;
    const path = join(this.#folder, name);
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) return undefined;
    const now = new Date();
    await utimes(path, now, now).catch(() => {});
    return { name, path, type, bytes: found.size };
  }

  /** The bytes of a file, read as they are needed. */
  async open({ path, type }: KeptFile): Promise<Blob> {
    const blob = await platform.openPath(path, { allowFiles: [path] });
    return blob.slice(0, blob.size, type.contentType);
  }

  get folder(): string {
    return this.#folder;
  }

  async #prune(kept: string): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => namePattern.test(name) && name !== kept);
    const files = await Promise.all(
      names.map(async (name) => ({
        path: join(this.#folder, name),
        found: await stat(join(this.#folder, name)).catch(() => undefined),
      })),
    );
    let left = this.#mostBytes;
    for (const { path, found } of files.sort((a, b) => (b.found?.mtimeMs ?? 0) - (a.found?.mtimeMs ?? 0))) {
      left -= found?.size ?? 0;
      if (left < 0) await rm(path, { force: true });
    }
  }
}

async function writeHashed(
  path: string,
  body: AsyncIterable<Uint8Array>,
): Promise<{ readonly hash: string; readonly head: Uint8Array; readonly bytes: number }> {
  const handle = await open(path, "wx", 0o600);
  try {
    const hash = createHash("sha256");
    const head = Buffer.alloc(signatureBytes);
    let bytes = 0;
    for await (const chunk of body) {
      if (bytes < head.length) head.set(chunk.subarray(0, head.length - bytes), bytes);
      hash.update(chunk);
      bytes += chunk.length;
      await handle.writeFile(chunk);
    }
    return { hash: hash.digest("hex"), head: head.subarray(0, Math.min(bytes, head.length)), bytes };
  } finally {
    await handle.close();
  }
}
