import { constants, readSync, statSync } from "node:fs";
import { open, realpath, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { messageOf } from "../../errors/error-message.js";
import { RecordError } from "../../once/record/once-errors.js";
import { isErrno, syncDirectory } from "../files/disk.js";
import { formatVersion, headerLine, readLine } from "./record-line.js";
import { RecordLog } from "./record-log.js";
import { makeDirectory } from "../files/directories.js";

/** Opens files for appending. Tests replace it to lead a file to a device that is full. */
export interface RecordDisk {
  readonly open: (path: string, flags: number, mode: number) => Promise<FileHandle>;
}

export const systemRecordDisk: RecordDisk = { open };

const chunkBytes = 256 * 1024;
const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | (constants.O_NONBLOCK ?? 0);

/** An open file of records, with everything that was read from it so far. */
export class RecordFile {
  readonly path: string;
  readonly log = new RecordLog((at, length) => this.#readText(at, length));
  readonly #handle: FileHandle;
  /** Identifies this file, even where another one has its name later. */
  readonly place: string;
  #end = 0;
  #buffer: Buffer | undefined;
  /** False where the file system cannot write through to its device. */
  canSync = true;

  private constructor(path: string, handle: FileHandle, place: string) {
    this.path = path;
    this.#handle = handle;
    this.place = place;
  }

  /** Opens a file, made new where there is none, and reads it. Throws a RecordError where it cannot be opened, is no record, or is of a newer format. */
  static async open(given: string, disk: RecordDisk): Promise<RecordFile> {
    const { path, handle } = await openFile(given, disk);
    try {
      const file = new RecordFile(path, handle, placeOf(await handle.stat()));
      for await (const chunk of file.#readNew()) file.log.take(chunk);
      await file.#checkFormat();
      file.log.takeRest();
      return file;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async #checkFormat(): Promise<void> {
    const { version, recordCount, lineCount } = this.log;
    if (version !== undefined && version > formatVersion)
      throw new RecordError(
        `${this.path} was written by a newer version of runcomfy-models (format ${version}; this version reads ${formatVersion}). ` +
          "Update runcomfy-models. The file was not touched.",
      );
    if (version !== undefined || recordCount > 0 || this.#end === 0) return;
    // A header that was cut off: the program that made the file was killed.
    const head = Buffer.alloc(Math.min(this.#end, 4096));
    await this.#handle.read(head, 0, head.length, 0);
    if (lineCount === 0 && headerLine().startsWith(head.toString("utf8"))) return;
    throw new RecordError(
      `${this.path} is no record of runcomfy-models. Give another path, or move the file away; it was not touched.`,
    );
  }

  /** Reads the lines that were added since the last reading. False where the path leads to another file by now. */
  async refresh(): Promise<boolean> {
    // A synchronous call costs a tenth of an asynchronous one, and this one is made for each change and each row.
    const found = statSync(this.path, { throwIfNoEntry: false });
    if (!found)
      throw new RecordError(
        `${this.path} was removed while it was in use. Put it back: it knows which jobs are paid.`,
      );
    const isSame = placeOf(found) === this.place;
    if (!isSame || found.size !== this.#end) for await (const chunk of this.#readNew()) this.log.take(chunk);
    return isSame;
  }

  /** Gives the bytes that were not read yet; each chunk is overwritten by the next. */
  async *#readNew(): AsyncGenerator<Buffer> {
    this.#buffer ??= Buffer.allocUnsafe(chunkBytes);
    for (;;) {
      const buffer = this.#buffer;
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, this.#end);
      if (bytesRead === 0) return;
      this.#end += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  /** The text of a record's line that was read before. */
  #readText(at: number, length: number): string {
    const bytes = Buffer.allocUnsafe(length);
    const isThere = readSync(this.#handle.fd, bytes, 0, length, at) === length;
    const line = isThere ? readLine(bytes) : undefined;
    if (line?.kind === "record") return line.text;
    throw new RecordError(
      `${this.path} was changed by another program while it was in use. Put it back as it was: it knows which jobs are paid.`,
    );
  }

  /** Appends lines in one write, and writes them through to the device. Rejects where the device is full, say; some may be there. */
  async append(lines: readonly string[]): Promise<void> {
    const isNew = this.log.next === 0;
    const start = this.log.isTorn ? "\n" : "";
    const text = [...(isNew ? [headerLine()] : []), ...lines];
    const bytes = Buffer.from(`${start}${text.join("\n")}\n`);
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, null);
      done += bytesWritten;
    }
    if (this.canSync) await this.sync();
    if (isNew) await syncDirectory(dirname(this.path));
  }

  /** Writes the file through to its device; notes where the file system cannot. */
  async sync(): Promise<void> {
    try {
      await this.#handle.datasync();
    } catch (error) {
      if (!isErrno(error, "EINVAL", "ENOSYS", "ENOTSUP", "EOPNOTSUPP")) throw error;
      this.canSync = false;
    }
  }

  async mode(): Promise<number> {
    return (await this.#handle.stat()).mode & 0o777;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

async function openFile(given: string, disk: RecordDisk): Promise<{ path: string; handle: FileHandle }> {
  try {
    const path = await findPath(given);
    await refuseSpecial(path);
    return { path, handle: await disk.open(path, flags, 0o600) };
  } catch (cause) {
    if (cause instanceof RecordError) throw cause;
    throw new RecordError(
      `The record ${given} cannot be opened: ${messageOf(cause)}. Nothing is sent without a record: it needs a folder that can be written to.`,
      { cause },
    );
  }
}

async function findPath(given: string): Promise<string> {
  const path = resolve(given);
  await makeDirectory(dirname(path), 0o700);
  return realpath(path).catch(() => path);
}

async function refuseSpecial(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found && !found.isFile())
    throw new RecordError(`${path} is no regular file, so it cannot keep a record. Give another path.`);
}

/** Identifies a file, whatever its name. */
function placeOf({ dev, ino }: { readonly dev: number; readonly ino: number }): string {
  return `${dev} ${ino}`;
}
