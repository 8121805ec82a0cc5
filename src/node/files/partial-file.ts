import { createHash, type Hash } from "node:crypto";
import { lstat, rename, type FileHandle } from "node:fs/promises";
import {
  createFlags,
  hashFile,
  kindOf,
  readJson,
  readPart,
  readThrough,
  remove,
  reopenFlags,
  syncFile,
  writeWhole,
  type Disk,
} from "./disk.js";
import { diskError, DownloadError } from "./download-error.js";
import { renameFile, refuseObstacle, requireFile } from "./final-name.js";
import { signatureBytes } from "../../media/file-type.js";

/** The source of a partial file's bytes. It is kept beside the file, so that another process can resume the download. */
export interface Origin {
  /** A digest of the URL without its query, because the query changes with every signature. */
  readonly source: string;
  /** A strong ETag: without one a download cannot be resumed. */
  readonly etag: string;
  readonly total?: number | undefined;
  readonly contentType?: string | undefined;
}

/** The note of a file that is whole, and only waits for its final name. */
interface WholeNote {
  readonly complete: { readonly sha256: string };
}

/**
 * A file whose download is not finished: `<path>` holds the bytes so far, the note `<path>.json` their source. The file is
 * written and hashed in one pass and gets its final name only when it is whole.
 */
export class PartialFile {
  readonly #disk: Disk;
  readonly #path: string;
  #handle: FileHandle;
  #hash: Hash = createHash("sha256");
  #head = new Uint8Array(0);
  #size = 0;
  #origin: Origin | undefined;
  #isWhole = false;

  private constructor(disk: Disk, path: string, handle: FileHandle) {
    this.#disk = disk;
    this.#path = path;
    this.#handle = handle;
  }

  /** Opens the file of an earlier run where its download can be resumed, or has ended, else a new file. */
  static async open(disk: Disk, path: string): Promise<PartialFile> {
    const kind = await requireFile(path);
    // Anything else in the note's place is removed below, but a directory cannot be.
    if ((await kindOf(`${path}.json`)) === "directory") await requireFile(`${path}.json`);
    const note = (await readJson(`${path}.json`))?.value;
    const origin = readOrigin(note);
    const whole = readWhole(note);
    try {
      if (kind === "file" && (origin ?? whole) !== undefined && (await lstat(path)).nlink <= 1) {
        const file = new PartialFile(disk, path, await disk.open(path, reopenFlags));
        file.#origin = origin;
        await readThrough(file.#handle, (chunk) => file.#take(chunk));
        file.#isWhole = whole?.complete.sha256 === file.sha256;
        if (origin !== undefined || file.#isWhole) return file;
        await file.#handle.close();
      }
      await remove(path);
      await remove(`${path}.json`);
      return new PartialFile(disk, path, await disk.open(path, createFlags));
    } catch (cause) {
      throw diskError(path, cause);
    }
  }

  /** True when an earlier run has completed the file, but could not give it its final name. */
  get isWhole(): boolean {
    return this.#isWhole;
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

  #forget(): void {
    this.#hash = createHash("sha256");
    this.#head = new Uint8Array(0);
    this.#size = 0;
    this.#origin = undefined;
    this.#isWhole = false;
  }

  /** Discards all bytes and starts anew; without an origin the file cannot be resumed later. */
  async restart(origin: Origin | undefined): Promise<void> {
    try {
      // The note is removed first: the bytes of one file beside the note of another would be resumed wrongly.
      await remove(`${this.#path}.json`);
      if (this.#size > 0) await this.#handle.truncate(0);
      this.#forget();
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

  /** Gives the bytes so far another name, in place of a file that has it, and starts anew. */
  async setAside(path: string): Promise<void> {
    await requireFile(path);
    try {
      await syncFile(this.#handle);
      await this.#handle.close();
      await remove(`${this.#path}.json`);
      await rename(this.#path, path);
      this.#handle = await this.#disk.open(this.#path, createFlags);
      this.#forget();
    } catch (cause) {
      throw diskError(path, cause);
    }
  }

  /** Closes the file. Keeps it, and gives `true`, where the next run can resume or publish it; else removes it. */
  async keep(): Promise<boolean> {
    if (!this.#isWhole && (this.#origin === undefined || this.#size === 0)) {
      await this.discard();
      return false;
    }
    await this.#handle.close().catch(() => undefined);
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
   * until the caller removes it, and tells the next run that the file is whole, whether it got its final name or not.
   */
  async publish(final: string, replace: boolean, note: WholeNote): Promise<void> {
    try {
      await syncFile(this.#handle);
      await this.#refuseReplaced();
      await this.#handle.close();
      await writeWhole(`${this.#path}.json`, JSON.stringify(note));
    } catch (cause) {
      throw diskError(final, cause);
    }
    this.#isWhole = true;
    try {
      await refuseObstacle(final, replace);
      await renameFile(this.#path, final, replace);
    } catch (cause) {
      const { reason, message } = cause instanceof DownloadError ? cause : diskError(final, cause);
      const kept = `The file is whole; it is kept as ${this.#path}, and the next save only gives it its name.`;
      throw new DownloadError(reason, `${message} ${kept}`, { cause });
    }
  }

  /** Another program may have put a file of its own in the place of this one. Not every file system has stable file numbers. */
  async #refuseReplaced(): Promise<void> {
    const mine = await this.#handle.stat({ bigint: true });
    const there = await lstat(this.#path, { bigint: true });
    if (mine.ino === there.ino || !there.isFile()) return;
    if ((await hashFile(this.#path))?.sha256 !== this.sha256)
      throw new Error("another program replaced the partial file");
  }
}

function readWhole(value: unknown): WholeNote | undefined {
  const { complete } = Object(value) as { readonly complete?: { readonly sha256?: unknown } };
  const sha256 = Object(complete).sha256 as unknown;
  return typeof sha256 === "string" ? { complete: { sha256 } } : undefined;
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
