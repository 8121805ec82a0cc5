import { isRunComfyError } from "../../index.js";
import type { JobResult } from "../../index.js";
import { EmptyOutputError, SaveError } from "../../node/save/save-error.js";
import { save } from "../../node/save/save.js";
import type { SavedFile } from "../../node/save/save-types.js";
import type { Once } from "../../once/once-types.js";
import type { JobRecord, RecordedFile } from "../../once/record/record.js";
import type { JobUpdate } from "../../index.js";
import { describeError } from "./api-refusal.js";
import type { StudioJob } from "../job-api-types.js";
import type { StudioParts } from "./studio-parts.js";
import { toRecordedFiles } from "../../node/save/recorded-files.js";

/** A job that is waited for. */
export interface WaitedJob {
  /** Names the job to the page. */
  readonly key: string;
  readonly record: JobRecord;
}

/** A day: a job that takes longer is asked for again when the studio is started. */
const waitMs = 86_400_000;

/** Waits for jobs and saves their files. */
export class JobWaiter {
  readonly #parts: StudioParts;
  readonly #onceOf: (space: string) => Once;
  readonly #waiting = new Map<string, Promise<void>>();
  readonly #ended = new AbortController();

  constructor(parts: StudioParts, onceOf: (space: string) => Once) {
    this.#parts = parts;
    this.#onceOf = onceOf;
  }

  /** The number of jobs that are waited for. */
  get count(): number {
    return this.#waiting.size;
  }

  /** Waits for a job unless that is done already, and saves its files. Never rejects. */
  follow(waited: WaitedJob): Promise<void> {
    const { key } = waited;
    const known = this.#waiting.get(key);
    if (known) return known;
    if (this.#ended.signal.aborted) return Promise.resolve();
    const work = this.#finish(waited).finally(() => this.#waiting.delete(key));
    this.#waiting.set(key, work);
    return work;
  }

  /** Ends all waits; the jobs go on. */
  async stop(): Promise<void> {
    this.#ended.abort("The studio is ending.");
    await Promise.allSettled(this.#waiting.values());
  }

  async #finish({ key, record }: WaitedJob): Promise<void> {
    const { gallery, client } = this.#parts;
    const { signal } = this.#ended;
    const { job } = record;
    if (!job) return;
    try {
      const onUpdate = (update: JobUpdate): void => gallery.setLive(key, toLive(update));
      const result = await client.job(job).result({ signal, timeoutMs: waitMs, onUpdate });
      gallery.setLive(key, { status: "saving" });
      await this.#keep(record, result);
      gallery.setLive(key, undefined);
    } catch (error) {
      if (signal.aborted) return;
      await this.#noteError(key, record, error);
    }
  }

  /** Saves the files, then notes the end: a job whose end is noted has its files, whenever this process is killed. */
  async #keep(record: JobRecord, result: JobResult): Promise<void> {
    const { client, saveFolder, save: options } = this.#parts;
    const { signal } = this.#ended;
    const once = this.#onceOf(record.space);
    const { key, input } = record;
    try {
      const report = await save(result, {
        ...options,
        directory: saveFolder,
        ...(input !== undefined && { input }),
        refresh: () => client.job({ id: result.requestId, model: result.model }).result({ signal }),
        signal,
      });
      await once.wait(key, { signal });
      await once.noteFiles(key, { files: await this.#mergeFiles(record, report.files) });
    } catch (error) {
      if (signal.aborted) throw error;
      await once.wait(key, { signal });
      if (error instanceof EmptyOutputError) return void (await once.noteFiles(key, { files: [] }));
      const report = error instanceof SaveError ? error.report : undefined;
      const files = await this.#mergeFiles(record, report?.files ?? []);
      await once.noteFiles(key, { files, missing: report?.failed.length || 1 });
      throw error;
    }
  }

  /** The saved files, and those that another command has saved elsewhere meanwhile. */
  async #mergeFiles(record: JobRecord, saved: readonly SavedFile[]): Promise<RecordedFile[]> {
    const own = toRecordedFiles(saved);
    const there = (await this.#parts.store.get(record))?.files ?? [];
    return [...own, ...there.filter(({ path }) => !own.some((file) => file.path === path))];
  }

  async #noteError(key: string, record: JobRecord, error: unknown): Promise<void> {
    const { gallery } = this.#parts;
    const isEnd = isRunComfyError(error) && (error.code === "job_failed" || error.code === "job_cancelled");
    try {
      if (isEnd) {
        await this.#onceOf(record.space).wait(record.key, { signal: this.#ended.signal });
        return gallery.setLive(key, undefined);
      }
    } catch (cause) {
      if (this.#ended.signal.aborted) return;
      return gallery.setLive(key, { error: describeError(cause) });
    }
    gallery.setLive(key, { error: describeError(error) });
  }
}

function toLive({ status, queuePosition }: JobUpdate): {
  readonly status?: NonNullable<StudioJob["status"]>;
  readonly queuePosition?: number;
} {
  const isShown = status !== "failed" && status !== "cancelled";
  return {
    ...(isShown && { status }),
    ...(queuePosition !== undefined && { queuePosition }),
  };
}
