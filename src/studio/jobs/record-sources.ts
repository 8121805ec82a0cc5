import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { fileStore } from "../../node/record/file-store.js";
import type { FileStore } from "../../node/record/file-store.js";
import type { JobRecord, RecordId } from "../../once/record/record.js";
import { idText } from "../../once/record/record-order.js";

/** A record, with the store that it lies in. */
export interface SourcedRecord {
  /** Names the record to the page. */
  readonly key: string;
  readonly record: JobRecord;
  readonly store: FileStore;
  /** The name of the batch's record, for a row of one. */
  readonly batch?: string;
}

/** The places of records. */
export interface RecordPlaces {
  /** The user's record. */
  readonly store: FileStore;
  readonly path: string;
  /** The space of the entries that tell where batches have their records. */
  readonly batchSpace: string;
  /** The service's address. */
  readonly origin: string;
}

interface Batch {
  readonly path: string;
  readonly store: FileStore;
}

/** The user's record, and the records of the batches that it lists. */
export class RecordSources {
  readonly #places: RecordPlaces;
  readonly #batches = new Map<string, Batch>();
  #mark = "";
  #records: readonly SourcedRecord[] = [];

  constructor(places: RecordPlaces) {
    this.#places = places;
  }

  /** All records of this service. They are read again only where a file has changed, or a lease may have run out. */
  async list(): Promise<{ readonly records: readonly SourcedRecord[]; readonly isChanged: boolean }> {
    const mark = await this.#readMark();
    const mayChange = this.#records.some(({ record }) => record.state === "sending");
    if (mark === this.#mark && !mayChange) return { records: this.#records, isChanged: false };
    const { store } = this.#places;
    const records: SourcedRecord[] = [];
    for await (const record of store.list()) {
      if (record.space === this.#places.batchSpace) this.#noteBatch(record);
      else if (this.#isOwn(record)) records.push({ key: this.#keyOf(record), record, store });
    }
    for (const { path, store: own } of this.#batches.values())
      records.push(...(await this.#listBatch(path, own)));
    this.#records = records;
    // A change that came while the records were read has another mark than this one.
    this.#mark = mark;
    return { records, isChanged: true };
  }

  /** The name of a record that the page made. */
  keyOf(id: RecordId): string {
    return this.#keyOf(id);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#batches.values()].map(({ store }) => store.close()));
  }

  async #readMark(): Promise<string> {
    const paths = [this.#places.path, ...[...this.#batches.values()].map(({ path }) => path)];
    const found = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
    return found.map((one) => `${one?.ino} ${one?.size} ${one?.mtimeMs}`).join("\n");
  }

  #noteBatch({ key: path, origin }: JobRecord): void {
    if (this.#isOwn({ origin }) && !this.#batches.has(path))
      this.#batches.set(path, { path, store: fileStore(path) });
  }

  async #listBatch(path: string, store: FileStore): Promise<SourcedRecord[]> {
    const there = await stat(path).catch(() => undefined);
    if (!there?.isFile()) return [];
    const records: SourcedRecord[] = [];
    const batch = basename(path).replace(/\.jobs\.jsonl$/, "");
    try {
      for await (const record of store.list())
        if (this.#isOwn(record)) records.push({ key: hashKey(path, record), record, store, batch });
    } catch {
      // A record of a batch that cannot be read hides its own rows only.
    }
    return records;
  }

  /** An emulator has another address each time: jobs of all services on this machine are shown together, never beside paid ones. */
  #isOwn({ origin }: Pick<RecordId, "origin">): boolean {
    return origin === this.#places.origin || (isLocal(origin) && isLocal(this.#places.origin));
  }

  #keyOf(id: RecordId): string {
    const isPlain = id.space === "" && id.origin === this.#places.origin && /^[\w-]{8,100}$/.test(id.key);
    return isPlain ? id.key : hashKey("", id);
  }
}

/** True for the address of a service on this machine. */
export function isLocal(origin: string): boolean {
  return /^http:\/\/(?:127\.|localhost(?::|$)|\[::1\])/.test(origin);
}

function hashKey(path: string, id: RecordId): string {
  return `~${createHash("sha256")
    .update(`${path}\n${idText(id)}`)
    .digest("hex")
    .slice(0, 24)}`;
}
