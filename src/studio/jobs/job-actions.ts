import { rm } from "node:fs/promises";
import { createOnce } from "../../once/once.js";
import type { Once } from "../../once/once-types.js";
import type { BalanceHint, SubmitRequest } from "../job-api-types.js";
import { isInFolders } from "../files/shown-file.js";
import { toApiInput } from "../models/given-input.js";
import { ApiRefusal } from "./api-refusal.js";
import type { GalleryEntry } from "./gallery.js";
import type { JobSender } from "./job-sender.js";
import { listFiles } from "./job-view.js";
import type { JobWaiter } from "./job-waiter.js";
import type { SourcedRecord } from "./record-sources.js";
import type { StudioParts } from "./studio-parts.js";

/** The actions of a person on one job, which the page names by its key. */
export class JobActions {
  readonly #parts: StudioParts;
  readonly #sender: JobSender;
  readonly #waiter: JobWaiter;

  constructor(parts: StudioParts, sender: JobSender, waiter: JobWaiter) {
    this.#parts = parts;
    this.#sender = sender;
    this.#waiter = waiter;
  }

  async cancel(key: string): Promise<void> {
    const source = findRecord(this.#parts, key);
    const { state } = await this.#onceOf(source).cancel(source.record.key);
    if (state === "cancelled") return;
    const message = "The job runs already: only queued jobs can be cancelled.";
    throw new ApiRefusal(409, "not_cancellable", message);
  }

  /** A person says that the job of an unknown record is this one. */
  async accept(key: string, requestId: string): Promise<void> {
    const source = findRecord(this.#parts, key);
    const record = await this.#onceOf(source).accept(source.record.key, requestId);
    this.#parts.gallery.setLive(key, undefined);
    // A row of a batch is waited for by its batch.
    if (source.store === this.#parts.store && record.state === "accepted")
      void this.#waiter.follow({ key, record });
  }

  /** A person says that an unknown record was never paid. */
  async refuse(key: string): Promise<void> {
    const source = findRecord(this.#parts, key);
    await this.#onceOf(source).refuse(source.record.key);
    this.#parts.gallery.setLive(key, undefined);
  }

  /** Sends the job again: it pays. */
  async retry(key: string, amounts: JobAmounts, signal: AbortSignal): Promise<void> {
    const { store } = this.#parts;
    const { record, store: own } = findRecord(this.#parts, key);
    if (own !== store || record.space !== "")
      throw new ApiRefusal(409, "record", "The job is sent again by what made it, a batch or an agent.");
    if (!["new", "held", "failed", "cancelled", "rejected"].includes(record.state))
      throw new ApiRefusal(409, "record", `The job is ${record.state}, and is not sent again.`);
    const input = toApiInput((await store.payload.get(record)) ?? record.input);
    if (record.state !== "new" && record.state !== "held") await this.#sender.once().retry(record.key);
    await this.#sender.submit({ ...amounts, key: record.key, model: record.model, input }, signal);
  }

  /** Fetches files that are missing. */
  async fetch(key: string): Promise<void> {
    const { record, store } = findRecord(this.#parts, key);
    if (store !== this.#parts.store || !record.job || !["accepted", "done"].includes(record.state))
      throw new ApiRefusal(409, "record", "There are no files of this job that the studio could fetch.");
    void this.#waiter.follow({ key, record });
  }

  /** The balance before the job was sent, and the one of now. */
  async balance(key: string, signal: AbortSignal): Promise<BalanceHint> {
    const { balanceUsd } = findRecord(this.#parts, key).record;
    const { usd } = await this.#parts.client.balance({ signal });
    return { ...(balanceUsd !== undefined && { beforeUsd: balanceUsd }), nowUsd: usd };
  }

  async favourite(key: string, on: boolean): Promise<void> {
    find(this.#parts, key);
    await this.#parts.notes.setFavourite(key, on);
    this.#parts.gallery.touch(key);
  }

  /** Shows a file of the job in the program for files. */
  async reveal(key: string): Promise<void> {
    const { saveFolder, shownFolders, reveal } = this.#parts;
    for (const { path } of listFiles(find(this.#parts, key), saveFolder))
      if (await isInFolders(path, shownFolders)) return reveal(path);
    throw new ApiRefusal(404, "not_found", "There is no file of this job in the studio's folder.");
  }

  remove(key: string, options: RemoveOptions): Promise<void> {
    return removeJob(this.#parts, find(this.#parts, key), options);
  }

  #onceOf({ record, store }: SourcedRecord): Once {
    if (store === this.#parts.store) return this.#sender.once(record.space);
    const space = record.space === "" ? {} : { space: record.space };
    return createOnce({ client: this.#parts.client, store, ...space });
  }
}

/** The amounts in US dollars that the page showed, or a person entered. */
type JobAmounts = Pick<SubmitRequest, "agreedUsd" | "assumeUsd">;

/** The extent of a removal. */
interface RemoveOptions {
  /** Removes the files, too. */
  readonly files: boolean;
  /** Removes a job that may still cost something. */
  readonly force: boolean;
}

function find({ gallery }: StudioParts, key: string): GalleryEntry {
  const entry = gallery.get(key);
  if (!entry) throw new ApiRefusal(404, "not_found", "There is no such job.");
  return entry;
}

/** The record of a job of this service. */
function findRecord(parts: StudioParts, key: string): SourcedRecord {
  const { source } = find(parts, key);
  if (!source) throw new ApiRefusal(409, "record", "This job is in the folder only, and on no record.");
  const { origin } = source.record;
  if (origin === parts.client.origin) return source;
  const message = `This job belongs to ${origin}, and this studio to ${parts.client.origin}.`;
  throw new ApiRefusal(409, "other_service", message);
}

async function removeJob(
  { gallery, notes, saveFolder }: StudioParts,
  entry: GalleryEntry,
  { files, force }: RemoveOptions,
): Promise<void> {
  const { source, manifest } = entry;
  const record = source?.record;
  const isOpen = record && (["accepted", "unknown", "sending"].includes(record.state) || record.filesMissing);
  if (isOpen && !force)
    throw new ApiRefusal(
      409,
      "open",
      `Only the record knows of this job, which is ${record.state}: it was not removed.`,
    );
  if (source && (await source.store.forget([source.record])) === 0)
    throw new ApiRefusal(409, "open", "The job is being sent at the moment: it was not removed.");
  if (files) {
    const paths = [
      ...listFiles(entry, saveFolder).map(({ path }) => path),
      ...(manifest ? [manifest.path] : []),
    ];
    for (const path of paths) if (await isInFolders(path, [saveFolder])) await rm(path, { force: true });
  }
  const ids = [record?.job?.id, manifest?.requestId].filter((id) => id !== undefined);
  // Its manifest would bring the job back.
  if (!files && ids.length > 0) await notes.hide(ids);
  gallery.expire();
}
