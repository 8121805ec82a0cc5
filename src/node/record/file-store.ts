import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createStore } from "../../once/stores/backed-store.js";
import type { JobRecord, RecordId } from "../../once/record/record.js";
import { selectInOrder } from "../../once/record/record-order.js";
import type { Query, Store } from "../../once/record/store.js";
import { isErrno, remove } from "../files/disk.js";
import { aFunction, checkOptions } from "../../options/check-options.js";
import type { RecordDisk, RecordFile } from "./record-file.js";
import { systemRecordDisk } from "./record-file.js";
import { shortId } from "./record-line.js";
import { RecordWriter } from "./record-writer.js";
import { makeDirectory } from "../files/directories.js";

/** Options of `fileStore`. */
export interface FileStoreOptions {
  /** The time in ms since 1970, by which leases are judged. Default: the platform's. */
  readonly date?: (() => number) | undefined;
}

/** A store in a file. */
export interface FileStore extends Store {
  /**
   * Takes records away with their inputs, and gives their number; one that is being sent stays. What they took from a budget is free
   * again. Their lines leave the file when the store is closed.
   */
  forget(ids: readonly RecordId[]): Promise<number>;
}

/**
 * Keeps records in a file of JSON lines, for one machine and any number of processes. Each change is on the device before it counts.
 * Inputs that are kept whole lie beside it, in `<path>.inputs`. All files can be read by their owner only.
 *
 * Throws a ConfigError for unusable options. Its calls reject with a RecordError where the path is no record, is of a newer format, or
 * cannot be written.
 */
export function fileStore(path: string, options: FileStoreOptions = {}): FileStore {
  checkOptions("fileStore", options, { date: aFunction });
  return fileStoreOn(systemRecordDisk, path, options);
}

/** A file store on a disk of the caller's. */
export function fileStoreOn(
  disk: RecordDisk,
  path: string,
  { date = () => Date.now() }: FileStoreOptions = {},
): FileStore {
  const writer = new RecordWriter(path, disk, date);
  const payload = keepInputs(path);
  const store = createStore({
    open: async () => {
      const file = await writer.upToDate();
      await file.sync();
      const warning = describeTrouble(file);
      return { durability: file.canSync ? "fsync" : "best-effort", ...(warning && { warning }) };
    },
    change: async (id, rule, { inTransaction } = {}) => {
      await inTransaction?.(undefined);
      return { record: await writer.change(id, rule), now: date() };
    },
    read: async (id) => ({ record: writer.read(await writer.upToDate(), shortId(id), id), now: date() }),
    list: async function* (query) {
      const file = await writer.upToDate();
      for (const { short } of select(file, query)) yield { record: writer.read(file, short), now: date() };
    },
    recent: async ({ origin, space, model, limit }) => {
      const file = await writer.upToDate();
      const found: JobRecord[] = [];
      // Only the lines of the model are parsed: there may be many others.
      const part = model === undefined ? "" : `"model":${JSON.stringify(model)}`;
      for (const short of file.log.newest(part)) {
        if (found.length >= limit) break;
        const record = writer.read(file, short)!;
        const { state } = record;
        const isMine = record.origin === origin && (space === undefined || record.space === space);
        if (isMine && (state === "accepted" || state === "done")) found.push(record);
      }
      return found;
    },
    committed: async (budget) => (await writer.upToDate()).log.committed(budget),
    payload,
    close: () => writer.close(),
  });
  async function forget(ids: readonly RecordId[]): Promise<number> {
    const forgotten = await Promise.all(
      ids.map(async (id) => {
        const record = await writer.forget(id);
        if (record) await payload.remove(id);
        return record;
      }),
    );
    return forgotten.filter(Boolean).length;
  }
  return { ...store, forget };
}

/** The names of the records that a query selects: the records themselves are read one by one, since there may be many. */
function select({ log }: RecordFile, query: Query): (RecordId & { readonly short: string })[] {
  const names: (RecordId & { readonly short: string })[] = [];
  for (const [short, { origin, space, key }] of log.records()) names.push({ short, origin, space, key });
  return selectInOrder(names, query);
}

function describeTrouble({ path, log, canSync }: RecordFile): string | undefined {
  const troubles = [
    !canSync &&
      `${path} lies on a file system that cannot write through to its device: a power cut may lose jobs.`,
    log.lostLines.length > 0 && `${path} is damaged in line ${log.lostLines.join(", ")}: nothing is sent.`,
  ].filter(Boolean);
  return troubles.length > 0 ? troubles.join(" ") : undefined;
}

/** Inputs as files, named by their record. */
function keepInputs(path: string): Store["payload"] {
  const folder = `${path}.inputs`;
  const placeOf = (id: RecordId) => join(folder, `${shortId(id)}.json`);
  return {
    put: async (id, input) => {
      await makeDirectory(folder, 0o700);
      const next = `${placeOf(id)}.${process.pid}.new`;
      await writeFile(next, JSON.stringify(input), { mode: 0o600, flush: true });
      await rename(next, placeOf(id));
    },
    get: async (id) => {
      try {
        return JSON.parse(await readFile(placeOf(id), "utf8"));
      } catch (error) {
        if (isErrno(error, "ENOENT")) return undefined;
        throw error;
      }
    },
    remove: async (id) => {
      // Most inputs are in the record itself; asking costs less than an error.
      if (existsSync(placeOf(id))) await remove(placeOf(id));
    },
  };
}
