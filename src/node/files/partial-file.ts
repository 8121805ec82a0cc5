import { createHash, type Hash } from "node:crypto";
import { lstat, type FileHandle } from "node:fs/promises";
import {
  createFlags,
  readJson,
  readPart,
  readThrough,
  remove,
  reopenFlags,
  writeWhole,
  type Disk,
} from "./disk.js";
import { diskError, DownloadError } from "./download-error.js";
import { renameFile, refuseObstacle, requireFile } from "./final-name.js";
import { signatureBytes } from "./file-type.js";

/** The source of a partial file's bytes. It is kept beside the file, so that another process can resume the download. */
export interface Origin {
  /** A digest of the URL without its query, because the query changes with every signature. */
  readonly source: string;
  /** A strong ETag: without one a download cannot be resumed. */
  readonly etag: string;
  readonly total?: number | undefined;
  readonly contentType?: string | undefined;
}

/**
 * A file whose download is not finished: `<path>` holds the bytes so far, the note `<path>.json` their source. The file is
 * written and hashed in one pass and gets its final name only when it is whole.
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

  /** Opens the file of an earlier run where its download can be resumed, else a new file. */
  static async open(disk: Disk, path: string): Promise<PartialFile> {
    const kind = await requireFile(path);
    const origin = readOrigin((await readJson(`${path}.json`))?.value);
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

  /** Number of bytes so far. */
  get size(): number {
    return this.#size;
  }

  get origin(): Origin | undefined {
    return this.#origin;
  }

  /** The first bytes, as many as `readSignature` needs. */
  get head(): Uint8Array {
    return this.#head;
  }

  /** The SHA-256 of all bytes so far, in hex. */
  get sha256(): string {
    return this.#hash.copy().digest("hex");
  }

  /** Reads bytes that were written before. */
  read(start: number, length: number): Promise<Uint8Array> {
    return readPart(this.#handle, start, length);
  }

  #take(chunk: Uint8Array): void {
    if (this.#head.length < signatureBytes) {
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, signatureBytes - this.#head.length)]);
    }
    this.#hash.update(chunk);
    this.#size += chunk.length;
  }

  /** Discards all bytes and starts anew; without an origin the file cannot be resumed later. */
  async restart(origin: Origin | undefined): Promise<void> {
    try {
      // The note is removed first: the bytes of one file beside the note of another would be resumed wrongly.
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

  /** Closes the file. Keeps it, and gives `true`, where the next run can resume it; else removes it. */
  async keep(): Promise<boolean> {
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
   * Gives the whole file its final name. Without `replace` an existing file is never overwritten. `note` stays beside the file
   * until the caller removes it, and tells the next run that the file of the final name is whole.
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
      await renameFile(this.#path, final, replace);
    } catch (cause) {
      if (cause instanceof DownloadError) throw cause;
      throw diskError(final, cause);
    }
  }
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

/** Tells if an ETag promises the same bytes. A weak one promises only the same meaning. */
export function isStrongEtag(etag: string): boolean {
  return /^"[\x21\x23-\x7e\x80-\xff]{1,256}"$/.test(etag);
}
