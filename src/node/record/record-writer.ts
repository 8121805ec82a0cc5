import type { Rule } from "../../once/stores/backed-store.js";
import { RecordError } from "../../once/record/once-errors.js";
import type { JobRecord, RecordId } from "../../once/record/record.js";
import { budgetChanges, recordWithin } from "../../once/record/transitions.js";
import { systemClock } from "../../time/clock.js";
import { withAppendLock } from "./append-lock.js";
import { compact, replaceSealed, isWorthCompacting } from "./compaction.js";
import { thisProcess } from "../files/process-life.js";
import { RecordFile } from "./record-file.js";
import type { RecordDisk } from "./record-file.js";
import { refuseLoss, withoutProcess } from "./record-guards.js";
import { forgetLine, recordLine, shortId } from "./record-line.js";
import { messageOf } from "../../errors/error-message.js";

/** One change that waits for its turn. */
interface Pending {
  readonly id: RecordId;
  readonly short: string;
  /** Undefined where the record is to be taken away. */
  readonly rule: Rule | undefined;
  readonly resolve: (record: JobRecord | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** A change with the line that makes it, or without one where nothing changes. */
interface Draft {
  readonly pending: Pending;
  readonly record: JobRecord | undefined;
  readonly line: string | undefined;
  /** The text by which the file shows that the line counts; default the line itself. */
  readonly mark?: string;
}

/** The most changes that are written through to the device together. */
const mostTogether = 1000;
/** A process with more to write keeps the lock for this long, then others get it. */
const turnMs = 50;
/** A line is drafted anew where another process has written in between; more often only where something is wrong. */
const mostTries = 20;

/** Writes changes to a file of records. Those that come while the device is busy are written together. */
export class RecordWriter {
  readonly #given: string;
  readonly #disk: RecordDisk;
  readonly #date: () => number;
  /** Files that were replaced while they were open. */
  readonly #replaced: RecordFile[] = [];
  #opening: Promise<RecordFile> | undefined;
  #queue: Pending[] = [];
  #draining: Promise<void> | undefined;
  /** The reading of the file, one at a time. */
  #reading: Promise<unknown> = Promise.resolve();
  /** The next reading, not yet begun: all callers until then share it. */
  #next: Promise<RecordFile> | undefined;

  constructor(path: string, disk: RecordDisk, date: () => number) {
    this.#given = path;
    this.#disk = disk;
    this.#date = date;
  }

  /** The file, opened at the first call. */
  open(): Promise<RecordFile> {
    this.#opening ??= this.#openFile().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async #openFile(): Promise<RecordFile> {
    for (;;) {
      const file = await RecordFile.open(this.#given, this.#disk);
      if (!file.log.isSealed) return file;
      // The process that sealed it was killed, or stands still, before it put the shorter file in place.
      await withAppendLock(`${file.path}.lock`, () => replaceSealed(file));
      await file.close();
    }
  }

  /** The file with all that others have written by now; opened anew where another one has its path. */
  upToDate(): Promise<RecordFile> {
    if (this.#next) return this.#next;
    const reading = this.#reading.then(async () => {
      // Callers from now on may need lines that are written after this reading has begun, so they get the next one.
      this.#next = undefined;
      const file = await this.open();
      if (await file.refresh()) if (!file.log.isSealed) return file;
      // The old file may still be in use by a change.
      this.#replaced.push(file);
      this.#opening = undefined;
      return this.open();
    });
    this.#next = reading;
    this.#reading = reading.catch(() => {});
    return reading;
  }

  /** The record as it is stored, its lease over where the process that held it has ended. `id` names one whose names are damaged. */
  read({ log }: RecordFile, short: string, id?: RecordId): JobRecord | undefined {
    const line = log.read(short);
    if (!line) return undefined;
    const record = withoutProcess(line);
    return id ? { ...record, origin: id.origin, space: id.space, key: id.key } : record;
  }

  /** Takes a record away, and gives it; one that is being sent stays, and undefined is given. */
  forget(id: RecordId): Promise<JobRecord | undefined> {
    return this.#enqueue(id, undefined);
  }

  change(id: RecordId, rule: Rule): Promise<JobRecord | undefined> {
    return this.#enqueue(id, rule);
  }

  #enqueue(id: RecordId, rule: Rule | undefined): Promise<JobRecord | undefined> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ id, short: shortId(id), rule, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      try {
        const { path } = await this.open();
        await withAppendLock(`${path}.lock`, () => this.#commitQueue());
      } catch (error) {
        for (const { reject } of this.#queue.splice(0)) reject(error);
      }
    }
    this.#draining = undefined;
  }

  async #commitQueue(): Promise<void> {
    const endsAt = systemClock.now() + turnMs;
    while (this.#queue.length > 0 && systemClock.now() < endsAt) {
      // Changes that come in the same turn of the event loop are written together.
      await new Promise((next) => setImmediate(next));
      const group = this.#queue.splice(0, mostTogether);
      try {
        await this.#commit(group);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
  }

  async #commit(group: readonly Pending[]): Promise<void> {
    let left = group;
    for (let tries = 1; left.length > 0; tries++) {
      const file = await this.upToDate();
      if (file.log.isTorn) file.log.takeRest();
      const drafts = this.#draft(file, left);
      const lines = drafts.flatMap(({ line }) => line ?? []);
      file.log.startNoting();
      const failure = await this.#append(file, lines);
      left = [];
      for (const { pending, record, line, mark = line } of drafts) {
        if (mark === undefined || (failure === undefined && file.log.hasNoted(mark))) pending.resolve(record);
        else if (failure !== undefined) pending.reject(failure.error);
        else if (tries === mostTries)
          pending.reject(
            new RecordError(
              `${file.path} cannot be written now: other processes write to it all the time. Try again.`,
            ),
          );
        else left = [...left, pending];
      }
    }
  }

  /** Appends lines and reads them back: only what then counts is written. */
  async #append(
    file: RecordFile,
    lines: readonly string[],
  ): Promise<{ readonly error: unknown } | undefined> {
    if (lines.length === 0) return undefined;
    try {
      await file.append(lines);
      await this.#readBack(file);
      return undefined;
    } catch (cause) {
      // The lines may have reached the file all the same: they are read with the next change, as lines of another process are.
      const reason = messageOf(cause);
      return { error: new RecordError(`${file.path} cannot be written: ${reason}`, { cause }) };
    }
  }

  async #readBack(file: RecordFile): Promise<void> {
    const reading = this.#reading.then(() => file.refresh());
    this.#reading = reading.catch(() => {});
    await reading;
  }

  /** Applies the rules one after another, each to the records that those before it have left. */
  #draft(file: RecordFile, group: readonly Pending[]): Draft[] {
    const { log } = file;
    const made = new Map<string, JobRecord | undefined>();
    const added = new Map<string, number>();
    const committed = (budget: string) => log.committed(budget) + (added.get(budget) ?? 0);
    let n = Math.max(1, log.next);
    return group.flatMap((pending): Draft[] => {
      const { id, short, rule, reject } = pending;
      try {
        const before = made.has(short) ? made.get(short) : this.read(file, short, id);
        if (!rule) {
          if (!before || before.state === "sending") return [{ pending, record: undefined, line: undefined }];
          made.set(short, undefined);
          return [{ pending, record: before, line: forgetLine(n++, id), mark: short }];
        }
        const change = rule(before, this.#date());
        if (!change) return [{ pending, record: before, line: undefined }];
        refuseLoss(file, change.record);
        const record = recordWithin(before, change, committed);
        for (const { budget, usd } of budgetChanges(before, record))
          added.set(budget, (added.get(budget) ?? 0) + usd);
        made.set(short, record);
        const line = recordLine(
          n,
          record.state === "sending" ? { ...record, process: thisProcess() } : record,
        );
        n++;
        return [{ pending, record, line }];
      } catch (error) {
        reject(error);
        return [];
      }
    });
  }

  /** Closes the file, after making a long one shorter. Where the shortening fails, the file stays long. */
  async close(): Promise<void> {
    await this.#draining;
    await this.#reading;
    const file = await this.#opening?.catch(() => undefined);
    if (file && isWorthCompacting(file))
      await withAppendLock(`${file.path}.lock`, async () => {
        if (await file.refresh()) await compact(file);
      }).catch(() => {});
    this.#opening = undefined;
    for (const one of [...this.#replaced.splice(0), ...(file ? [file] : [])]) await one.close();
  }
}
