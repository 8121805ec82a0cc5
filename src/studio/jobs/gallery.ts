import { createHash } from "node:crypto";
import type { JobRecord, RecordFailure } from "../../once/record/record.js";
import type { StudioJob } from "../job-api-types.js";
import type { FolderManifest, FolderManifests } from "./folder-manifests.js";
import type { RecordSources, SourcedRecord } from "./record-sources.js";
import type { StudioNotes } from "./studio-notes.js";

/** A job in the gallery: a record, a manifest of the folder, or both. */
export interface GalleryEntry {
  readonly key: string;
  readonly source?: SourcedRecord;
  readonly manifest?: FolderManifest;
  readonly startedAt: string;
  /** Changes with everything that the page may see of the entry. */
  readonly mark: string;
  /** The version at which it changed last. */
  version: number;
}

/** Facts about a job that only this process knows: no record has them. */
export interface LiveFacts {
  readonly status?: NonNullable<StudioJob["status"]>;
  readonly queuePosition?: number;
  readonly error?: RecordFailure;
}

/** The jobs that the page asks for. */
export interface GalleryQuery {
  readonly before?: string | undefined;
  readonly limit: number;
  readonly fits: (entry: GalleryEntry) => boolean;
}

const mostRemoved = 5000;

/**
 * All jobs, the newest first, with a version for each change. The version begins with the time, so that it goes on where an earlier
 * process of the server ended.
 */
export class Gallery {
  readonly #sources: RecordSources;
  readonly #manifests: FolderManifests;
  readonly #notes: StudioNotes;
  #entries = new Map<string, GalleryEntry>();
  #sorted: readonly GalleryEntry[] = [];
  readonly #live = new Map<string, LiveFacts>();
  #removed: { readonly key: string; readonly version: number }[] = [];
  #version = Date.now();
  #refreshing: Promise<void> | undefined;
  #isStale = true;

  constructor(sources: RecordSources, manifests: FolderManifests, notes: StudioNotes) {
    this.#sources = sources;
    this.#manifests = manifests;
    this.#notes = notes;
  }

  get version(): number {
    return this.#version;
  }

  /** Reads the changes that this process and others have written since. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refresh(): Promise<void> {
    const { records, isChanged } = await this.#sources.list();
    const manifests = await this.#manifests.list();
    if (!isChanged && !manifests.isChanged && !this.#isStale) return;
    this.#isStale = false;
    const next = new Map<string, GalleryEntry>();
    const known = new Set<string>();
    for (const source of records) {
      const { record, key } = source;
      for (const id of [record.job?.id, ...(record.otherJobs ?? []).map((job) => job.id)])
        if (id !== undefined) known.add(id);
      const manifest = record.job && manifests.byId.get(record.job.id);
      next.set(
        key,
        this.#toEntry({ key, source, ...(manifest && { manifest }), startedAt: record.createdAt }),
      );
    }
    for (const [id, manifest] of manifests.byId)
      if (!known.has(id) && !this.#notes.isHidden(id)) {
        const key = `~m${createHash("sha256").update(id).digest("hex").slice(0, 24)}`;
        next.set(key, this.#toEntry({ key, manifest, startedAt: manifest.createdAt }));
      }
    for (const key of this.#entries.keys())
      if (!next.has(key)) this.#removed.push({ key, version: ++this.#version });
    this.#removed = this.#removed.slice(-mostRemoved);
    this.#entries = next;
    this.#sorted = [...next.values()].sort(compareNewest);
  }

  #toEntry(given: Omit<GalleryEntry, "mark" | "version">): GalleryEntry {
    const { source, manifest, key } = given;
    const mark = JSON.stringify([describeMark(source?.record), manifest?.files.length]);
    const before = this.#entries.get(key);
    const version = before?.mark === mark ? before.version : ++this.#version;
    return { ...given, mark, version };
  }

  get(key: string): GalleryEntry | undefined {
    return this.#entries.get(key);
  }

  all(): readonly GalleryEntry[] {
    return this.#sorted;
  }

  liveOf(key: string): LiveFacts {
    return this.#live.get(key) ?? {};
  }

  /** Sets facts about a job that no record has; `undefined` removes them. */
  setLive(key: string, facts: LiveFacts | undefined): void {
    if (facts) this.#live.set(key, facts);
    else if (!this.#live.delete(key)) return;
    this.touch(key);
  }

  /** Tells the page of a change that no record shows. */
  touch(key: string): void {
    const entry = this.#entries.get(key);
    if (entry) entry.version = ++this.#version;
  }

  /** Makes the next refresh read everything anew. */
  expire(): void {
    this.#isStale = true;
  }

  /** One page of the jobs that fit. */
  page({ before, limit, fits }: GalleryQuery): {
    readonly entries: readonly GalleryEntry[];
    readonly total: number;
    readonly next?: string;
  } {
    const fitting = this.#sorted.filter(fits);
    const rest = before === undefined ? fitting : fitting.filter((entry) => placeOf(entry) < before);
    const entries = rest.slice(0, limit);
    const last = entries.at(-1);
    return { entries, total: fitting.length, ...(rest.length > limit && last && { next: placeOf(last) }) };
  }

  /** The entries that changed after a version, in the order of their changes. */
  changedSince(version: number): { readonly entries: GalleryEntry[]; readonly removed: string[] } {
    return {
      entries: this.#sorted.filter((entry) => entry.version > version).sort((a, b) => a.version - b.version),
      removed: this.#removed
        .filter((one) => one.version > version && !this.#entries.has(one.key))
        .map(({ key }) => key),
    };
  }
}

function describeMark(record: JobRecord | undefined): unknown {
  return record && [record.updatedAt, record.state, record.attempt, record.job?.id, record.files?.length];
}

/** The place of an entry in the list, as text that sorts like it. */
function placeOf({ startedAt, key }: GalleryEntry): string {
  return `${startedAt} ${key}`;
}

function compareNewest(a: GalleryEntry, b: GalleryEntry): number {
  return placeOf(a) < placeOf(b) ? 1 : -1;
}
