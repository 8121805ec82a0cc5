import { createHash, type Hash } from "node:crypto";
import { link, lstat, open, rename, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import {
  createFlags,
  isErrno,
  kindOf,
  readJson,
  readThrough,
  remove,
  reopenFlags,
  writeWhole,
  type Disk,
} from "./disk.js";
import { diskError, DownloadError } from "./download-error.js";
import { signatureBytes } from "./file-type.js";

/** Where the bytes of a partial file come from; kept beside it so that another process can go on. */
export interface Origin {
  /** A digest of the URL without its query, which changes with every signature. */
  readonly source: string;
  /** A strong ETag; only with one can a download be resumed. */
  readonly etag: string;
  readonly total?: number | undefined;
  readonly contentType?: string | undefined;
}

/**
 * A file on its way: `<path>` holds the bytes so far, `<path>.json` where they come from. It is written and hashed in one pass and
 * gets its final name only when it is whole.
 */
export class PartialFile {
  readonly #path: string;
  #handle: FileHandle;
  #hash: Hash = createHash("sha256");
  #head = new Uint8Array(0);
  #size = 0;
  #origin: Origin | undefined;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  /** Opens what an earlier run left, when it can be gone on with, or a new file. */
  static async open(disk: Disk, path: string): Promise<PartialFile> {
    const kind = await kindOf(path);
    if (kind !== "nothing" && kind !== "file")
      throw new DownloadError("link", `${path} is not a regular file; it was left alone.`);
    const origin = readOrigin(await readJson(`${path}.json`));
    try {
      if (kind === "file" && origin !== undefined && (await lstat(path)).nlink === 1) {
        const file = new PartialFile(path, await disk.open(path, reopenFlags));
        file.#origin = origin;
        await readThrough(file.#handle, (chunk) => file.#take(chunk));
        return file;
      }
      await remove(path);
      await remove(`${path}.json`);
      return new PartialFile(path, await disk.open(path, createFlags));
    } catch (cause) {
      throw diskError(path, cause);
    }
  }

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  get origin(): Origin | undefined {
    return this.#origin;
  }

  /** The first bytes, enough for a signature. */
  get head(): Uint8Array {
    return this.#head;
  }

  /** The SHA-256 of all bytes so far, in hex. */
  get sha256(): string {
    return this.#hash.copy().digest("hex");
  }

  /** Bytes that were written before. */
  async read(start: number, length: number): Promise<Uint8Array> {
    const { buffer, bytesRead } = await this.#handle.read(new Uint8Array(length), 0, length, start);
    return buffer.subarray(0, bytesRead);
  }

  #take(chunk: Uint8Array): void {
    if (this.#head.length < signatureBytes) {
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, signatureBytes - this.#head.length)]);
    }
    this.#hash.update(chunk);
    this.#size += chunk.length;
  }

  /** Forgets all bytes and starts anew; without an origin the file cannot be resumed later. */
  async restart(origin: Origin | undefined): Promise<void> {
    try {
      // The note goes first: bytes of one file beside the note of another would be resumed wrongly.
      await remove(`${this.#path}.json`);
      if (this.#size > 0) await this.#handle.truncate(0);
      this.#hash = createHash("sha256");
      this.#head = new Uint8Array(0);
      this.#size = 0;
      this.#origin = origin;
      if (origin !== undefined) await writeWhole(`${this.#path}.json`, JSON.stringify(origin));
    } catch (cause) {
      throw diskError(this.#path, cause);
    }
  }

  async append(chunk: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < chunk.length;) {
        const { bytesWritten } = await this.#handle.write(
          chunk,
          done,
          chunk.length - done,
          this.#size + done,
        );
        done += bytesWritten;
      }
      this.#take(chunk);
    } catch (cause) {
      throw diskError(this.#path, cause);
    }
  }

  /** Closes the file; leaves it for the next run when it can be resumed then, else removes it. */
  async leave(): Promise<boolean> {
    if (this.#origin === undefined || this.#size === 0) {
      await this.discard();
      return false;
    }
    await this.#handle.close();
    return true;
  }

  /** Closes and removes the file. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await remove(this.#path).catch(() => undefined);
    await remove(`${this.#path}.json`).catch(() => undefined);
  }

  /**
   * Gives the whole file its final name. Without `replace` an existing file is never overwritten. The note stays until `forget`
   * and says that the file of this name is whole.
   */
  async publish(final: string, replace: boolean, note: unknown): Promise<void> {
    await refuseObstacle(final, replace);
    try {
      await this.#handle.sync();
      const [mine, there] = [
        await this.#handle.stat({ bigint: true }),
        await lstat(this.#path, { bigint: true }),
      ];
      if (mine.ino !== there.ino && there.isFile())
        throw new Error("another program replaced the partial file");
      await this.#handle.close();
      await writeWhole(`${this.#path}.json`, JSON.stringify(note));
      if (replace) await rename(this.#path, final);
      else await renameNew(this.#path, final);
    } catch (cause) {
      if (cause instanceof DownloadError) throw cause;
      throw diskError(final, cause);
    }
    await syncDirectory(final);
  }
}

/** Fails when something stands at a path that must not be written over. */
export async function refuseObstacle(path: string, replace: boolean): Promise<void> {
  const kind = await kindOf(path);
  if (kind === "nothing" || (kind === "file" && replace)) return;
  if (kind !== "file")
    throw new DownloadError(
      "link",
      `${path} is a ${kind === "other" ? "special file" : kind}; nothing was written through it.`,
    );
  throw new DownloadError(
    "exists",
    `${path} exists; it was not overwritten. Save to another directory, or pass \`force: true\`.`,
  );
}

/** Renames to a name that must be free: a second name is made, which fails where one exists, then the first is removed. */
async function renameNew(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (isErrno(error, "EEXIST")) return refuseObstacle(to, false);
    // File systems without hard links (exFAT, some network shares): look once more, then rename.
    if (!isErrno(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EXDEV")) throw error;
    await refuseObstacle(to, false);
    return rename(from, to);
  }
  await remove(from);
}

/** Makes the new name survive a power cut, where the platform can. */
async function syncDirectory(path: string): Promise<void> {
  const handle = await open(dirname(path), "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function readOrigin(value: unknown): Origin | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { source, etag, total, contentType } = value as Record<string, unknown>;
  if (typeof source !== "string" || typeof etag !== "string" || !isStrongEtag(etag)) return undefined;
  return {
    source,
    etag,
    total: typeof total === "number" ? total : undefined,
    contentType: typeof contentType === "string" ? contentType : undefined,
  };
}

/** Whether an ETag promises the same bytes, not only the same meaning. */
export function isStrongEtag(etag: string): boolean {
  return /^"[\x21\x23-\x7e\x80-\xff]{1,256}"$/.test(etag);
}
