import { ConnectionError, HttpError, ResponseError } from "../../src/errors/errors.js";
import type { Http } from "../../src/wire/requests.js";
import { ask, isTooLong } from "./live-catalogue.js";
import type { AskOptions } from "./live-catalogue.js";

/** Which part of the catalogue is read. */
export interface ListingQuery {
  readonly search?: string | undefined;
  readonly category?: string | undefined;
}

/** A page of the catalogue, without the models that an earlier place has shown already. */
export interface ListingPage {
  readonly entries: readonly unknown[];
  /** Ids that were shown before, with other contents. */
  readonly conflicts: readonly string[];
  /** How many entries have been read so far. */
  readonly read: number;
  /** How many there are, as the service says; undefined where it does not. */
  readonly total: number | undefined;
}

/** How a listing ended. */
export interface ListingEnd {
  /** Whether every page was read. Where not, nothing can be said of a model that was not seen. */
  readonly complete: boolean;
}

/** The most that the service gives at once, and what it gives when nothing is said. */
const fullPage = 500;
const plainPage = 100;
/** No catalogue is that long: a service that never ends is a broken one. */
const mostEntries = 100_000;

/** Reads the catalogue page by page, one at a time, whatever the service makes of `limit`, `offset` and `total`. */
export async function* readListing(
  http: Http,
  query: ListingQuery,
  options: AskOptions,
): AsyncGenerator<ListingPage, ListingEnd> {
  const seen = new Map<string, string>();
  const totals = new Set<number | undefined>();
  let limit = fullPage;
  for (let offset = 0; ;) {
    const page = await readPage(http, query, { limit, offset }, options);
    const { total } = page;
    limit = page.limit;
    totals.add(total);
    const { fresh, conflicts } = sift(page.entries, seen);
    offset += page.entries.length;
    // Where a page shows nothing new, `offset` is not read: the same page would come for ever.
    if (page.entries.length > 0 && fresh.length === 0) return { complete: seen.size === total };
    if (fresh.length > 0) yield { entries: fresh, conflicts, read: seen.size, total };
    if (seen.size > mostEntries)
      throw new ResponseError(`The catalogue did not end after ${mostEntries} models.`);
    // Services give a total that is wrong, and fewer models than asked for. Only where all that they say agrees is it believed.
    const isLast = totals.size === 1 && offset === total && page.entries.length < (page.full ?? 0);
    if (page.entries.length === 0 || isLast) return { complete: true };
  }
}

/** Tells what is new from what was seen, by id; what has no id is told apart by its contents. */
function sift(
  entries: readonly unknown[],
  seen: Map<string, string>,
): { fresh: unknown[]; conflicts: string[] } {
  const fresh: unknown[] = [];
  const conflicts: string[] = [];
  for (const entry of entries) {
    const id = (entry as { model_id?: unknown } | null)?.model_id;
    const text = print(entry);
    const key = typeof id === "string" && id !== "" ? `id ${id}` : `text ${text}`;
    const before = seen.get(key);
    if (before === undefined) fresh.push(entry);
    else if (before !== text) conflicts.push(String(id));
    if (before === undefined) seen.set(key, text);
  }
  return { fresh, conflicts };
}

function print(entry: unknown): string {
  try {
    return JSON.stringify(entry) ?? "";
  } catch {
    return "nested too deeply to be printed";
  }
}

interface RawPage {
  readonly entries: readonly unknown[];
  readonly total: number | undefined;
  /** How many a page may have, as the service says; undefined where it does not. */
  readonly full: number | undefined;
  /** What is to be asked for next time. */
  readonly limit: number;
}

async function readPage(
  http: Http,
  query: ListingQuery,
  { limit, offset }: { readonly limit: number; readonly offset: number },
  options: AskOptions,
): Promise<RawPage> {
  const words = new URLSearchParams({ include_schema: "true", limit: String(limit), offset: String(offset) });
  if (query.search !== undefined) words.set("search", query.search);
  if (query.category !== undefined) words.set("category", query.category);
  try {
    const body = await ask(http, `/v1/models?${words}`, options);
    if (!Array.isArray(body["models"]))
      throw new ResponseError(
        "The catalogue's answer has no list of models. Is --base-url the service's address?",
      );
    const [total, full] = [readCount(body["total"]), readCount(body["limit"])];
    return { entries: body["models"] as unknown[], total, full, limit };
  } catch (error) {
    // Some services have no page behind their last one.
    if (offset > 0 && error instanceof HttpError && [404, 416].includes(error.status))
      return { entries: [], total: undefined, full: undefined, limit };
    const smaller = shrink(limit, error);
    if (smaller === undefined) throw error;
    options.say(`A page of ${limit} models is too much for the service; asking for ${smaller}.`);
    return readPage(http, query, { limit: smaller, offset }, options);
  }
}

/** A smaller page after an error that a smaller page may not have; undefined where none would help. */
function shrink(limit: number, error: unknown): number | undefined {
  if (limit <= 1) return undefined;
  if (isTooLong(error)) return Math.floor(limit / 2);
  const refused =
    error instanceof HttpError && [400, 413, 422].includes(error.status) && error.code === "http";
  if (refused && limit > plainPage) return plainPage;
  const slow = error instanceof ConnectionError && error.message.includes("time is up");
  return slow && limit > 50 ? Math.floor(limit / 2) : undefined;
}

function readCount(value: unknown): number | undefined {
  const count = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof count === "number" && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}
