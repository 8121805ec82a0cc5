import { createHash } from "node:crypto";
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readSignature } from "../../media/file-type.js";
import { makeDirectory } from "../../node/files/directories.js";

/** The largest small picture that is kept. */
export const mostThumbnailBytes = 200_000;
const mostThumbnails = 20_000;

/** A small picture of a file. */
export interface Thumbnail {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** Small pictures that the page made of a job's files, in a folder of the user's cache. */
export class Thumbnails {
  readonly #folder: string;
  #known: Promise<Set<string>> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Tells which of the files have a small picture. */
  async known(): Promise<(key: string, name: string) => boolean> {
    const names = await this.#names();
    return (key, name) => names.has(nameOf(key, name));
  }

  async read(key: string, name: string): Promise<Thumbnail | undefined> {
    const bytes = await readFile(join(this.#folder, nameOf(key, name))).catch(() => undefined);
    const type = bytes && readSignature(bytes);
    return bytes && type ? { bytes, contentType: type.contentType } : undefined;
  }

  /** Keeps a small picture; false where the bytes are no PNG, JPEG or WebP. */
  async keep(key: string, name: string, bytes: Uint8Array): Promise<boolean> {
    const extension = readSignature(bytes)?.extension ?? "";
    if (!["png", "jpg", "webp"].includes(extension)) return false;
    await makeDirectory(this.#folder, 0o700);
    const own = nameOf(key, name);
    await writeFile(join(this.#folder, own), bytes, { mode: 0o600 });
    const names = await this.#names();
    names.add(own);
    const [oldest] = names;
    if (names.size > mostThumbnails && oldest !== undefined) {
      names.delete(oldest);
      await rm(join(this.#folder, oldest), { force: true });
    }
    return true;
  }

  #names(): Promise<Set<string>> {
    this.#known ??= readdir(this.#folder).then(
      (names) => new Set(names),
      () => new Set(),
    );
    return this.#known;
  }
}

function nameOf(key: string, name: string): string {
  return createHash("sha256")
    .update(JSON.stringify([key, name]))
    .digest("hex")
    .slice(0, 40);
}
