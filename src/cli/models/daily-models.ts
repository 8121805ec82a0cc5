import { getLive, listLive } from "../../catalogue/live.js";
import { toLiveModel } from "../../catalogue/live-entry.js";
import type { CatalogueEntry } from "../../catalogue/live-types.js";
import type { LiveModel } from "../../catalogue/shipped.js";
import type { Client } from "../../index.js";
import { isFresh, openCache } from "./daily-cache.js";
import type { CachedValue, DailyCache } from "./daily-cache.js";
import type { Listing } from "./listing.js";

/** The service's own catalogue, as it is read once a day. */
export interface LiveSource {
  /** The address of the service. */
  readonly origin: string;
  /** A client, where something has to be read. It may throw where there is no token. */
  readonly openClient: () => Promise<Client>;
  /** Takes the token out of what is kept. */
  readonly hide: (text: string) => string;
  /** Reads anew what was read today. */
  readonly refresh: boolean;
  /** Called with a line for each step of a long read. */
  readonly onProgress: (line: string) => void;
  /** Called where the service could not be read, and an older answer is used. */
  readonly onStale: (readAt: string, cause: unknown) => void;
}

/** An entry of the live catalogue as a model, and the time at which it was read. */
export interface LiveReading {
  readonly model: LiveModel;
  /** ISO 8601. */
  readonly readAt: string;
}

/** The name under which the whole catalogue is kept. A model's entry is kept under its id, which has a slash. */
const wholeCatalogue = "catalogue";
const fullPage = 500;
/** No catalogue is that long: a service that never ends is a broken one. */
const mostEntries = 100_000;

/**
 * Reads the service's entry of a model, once a day. Without the service an older entry is used.
 *
 * Rejects with a NotFoundError where the service has no such model.
 */
export async function readLiveModel(source: LiveSource, id: string): Promise<LiveReading> {
  const cache = openCache(source.origin);
  const kept = newest(await cache.read(id), await findInCatalogue(cache, id));
  const { value, readAt } = await readDaily(source, kept, async () => {
    const entry = hideIn(source, await getLive(await source.openClient(), id));
    await cache.write(id, entry);
    return entry;
  });
  return { model: toLiveModel(id, asEntry(value)), readAt };
}

/** Reads the whole catalogue, once a day: all facts of each model, but its fields, which `inputOfEntry` makes. */
export async function readLiveCatalogue(
  source: LiveSource,
): Promise<{ readonly readAt: string; readonly entries: readonly CatalogueEntry[] }> {
  const cache = openCache(source.origin);
  const kept = await cache.read(wholeCatalogue);
  const isList = kept !== undefined && Array.isArray(kept.value);
  const { value, readAt } = await readDaily(source, isList ? kept : undefined, async () => {
    const entries = hideIn(source, await readPages(await source.openClient(), source.onProgress));
    await cache.write(wholeCatalogue, entries);
    return entries;
  });
  return { readAt, entries: toEntries(value) };
}

/** The entries that are at hand without a request, however old: for completion, which must answer at once. */
export async function readKeptModel(origin: string, id: string): Promise<LiveModel | undefined> {
  const cache = openCache(origin);
  const kept = newest(await cache.read(id), await findInCatalogue(cache, id));
  return kept && toLiveModel(id, asEntry(kept.value));
}

/** The ids of the whole catalogue, where it was ever read. */
export async function readKeptIds(origin: string): Promise<readonly string[]> {
  const kept = await openCache(origin).read(wholeCatalogue);
  return toEntries(kept?.value).map(({ model_id: id }) => id);
}

/** A live model with all that a listing has. */
export function toListing({ model, readAt }: LiveReading): Listing {
  const { id, title, description, categories, kind, makes, page, documentation, price, input } = model;
  return {
    id,
    title,
    description,
    categories,
    ...(kind !== undefined && { kind }),
    ...(makes !== undefined && { makes }),
    ...(page !== undefined && { page }),
    ...(documentation !== undefined && { documentation }),
    ...(price !== undefined && { price: { ...price, readOn: toDay(readAt) } }),
    source: {},
    notes: [],
    example: null,
    input,
  };
}

/** The day of a time, as prices have it. */
export function toDay(readAt: string): string {
  return readAt.slice(0, 10);
}

/** Takes a value that was kept today, else reads it. Where reading fails, an older value is used. */
async function readDaily(
  { refresh, onStale }: LiveSource,
  kept: CachedValue | undefined,
  read: () => Promise<unknown>,
): Promise<CachedValue> {
  if (kept && !refresh && isFresh(kept)) return kept;
  try {
    return { value: await read(), readAt: new Date().toISOString() };
  } catch (error) {
    const { code } = Object(error) as { readonly code?: unknown };
    if (!kept || code !== "connection") throw error;
    onStale(kept.readAt, error);
    return kept;
  }
}

async function readPages(client: Client, onProgress: (line: string) => void): Promise<CatalogueEntry[]> {
  const found = new Map<string, CatalogueEntry>();
  for (let offset = 0; found.size < mostEntries;) {
    const page = await listLive(client, { limit: fullPage, offset, includeSchema: true });
    const before = found.size;
    for (const entry of page.models) if (!found.has(entry.model_id)) found.set(entry.model_id, entry);
    offset += page.models.length;
    onProgress(`reading the live catalogue, ${found.size} of ${page.total} models`);
    // Services give a wrong total, or the same page for ever: the end is where nothing new comes.
    const isLast = found.size >= page.total && page.models.length < page.limit;
    if (found.size === before || isLast) break;
  }
  return [...found.values()];
}

async function findInCatalogue(cache: DailyCache, id: string): Promise<CachedValue | undefined> {
  const kept = await cache.read(wholeCatalogue);
  const entry = toEntries(kept?.value).find((one) => one.model_id === id);
  return kept && entry && { value: entry, readAt: kept.readAt };
}

function newest(first: CachedValue | undefined, second: CachedValue | undefined): CachedValue | undefined {
  if (!first || !second) return first ?? second;
  return first.readAt < second.readAt ? second : first;
}

function toEntries(value: unknown): readonly CatalogueEntry[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.filter((entry): entry is CatalogueEntry => typeof Object(entry).model_id === "string");
}

function asEntry(value: unknown): { readonly [name: string]: unknown } {
  return Object(value) as { readonly [name: string]: unknown };
}

function hideIn<Value>({ hide }: LiveSource, value: Value): Value {
  return JSON.parse(hide(JSON.stringify(value))) as Value;
}
