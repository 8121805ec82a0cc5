import { ConnectionError, HttpError, ResponseError } from "../../src/errors/errors.js";
import type { LiveCatalogue, PageQuery, ReadContext } from "./live-catalogue.js";

/** The part of the catalogue that is read. */
export interface ListingQuery {
  readonly search?: string | undefined;
  readonly category?: string | undefined;
}

/** A page of the catalogue, without the models that an earlier page has listed. */
export interface ListingPage {
  readonly entries: readonly unknown[];
  /** Ids that were shown before, with other contents. */
  readonly conflicts: readonly string[];
  /** The number of entries that have been read so far. */
  readonly read: number;
  /** The number of all entries, as the service says; undefined where it does not. */
  readonly total: number | undefined;
}

/** The end of a listing. */
export interface ListingEnd {
  /** True where every page was read. Else nothing can be said of a model that was not seen. */
  readonly complete: boolean;
}

/** The largest page that the service gives. */
const fullPage = 500;
/** The page that it gives where no limit is asked for. */
const plainPage = 100;
/** No catalogue is that long: a service that never ends is a broken one. */
const mostEntries = 100_000;

/** Reads the catalogue page by page, one at a time. It also reads services that ignore `limit`, `offset` or send a wrong `total`. */
export async function* readListing(
  catalogue: LiveCatalogue,
  query: ListingQuery,
  context: ReadContext,
): AsyncGenerator<ListingPage, ListingEnd> {
  const seen = new Map<string, string>();
  const totals = new Set<number | undefined>();
  let limit = fullPage;
  for (let offset = 0; ;) {
    const page = await readPage(catalogue, { ...query, limit, offset }, context);
    const { total } = page;
    limit = page.limit;
    totals.add(total);
    const { fresh, conflicts } = sift(page.entries, seen);
    offset += page.entries.length;
    // A page without new models: the service ignores `offset`, and would send the same page for ever.
    if (page.entries.length > 0 && fresh.length === 0) return { complete: seen.size === total };
    if (fresh.length > 0) yield { entries: fresh, conflicts, read: seen.size, total };
    if (seen.size > mostEntries)
      throw new ResponseError(`The catalogue did not end after ${mostEntries} models.`);
    // Services give a wrong total, and fewer models than asked for. The total counts only where limit, offset and total agree.
    const isLast = totals.size === 1 && offset === total && page.entries.length < (page.full ?? 0);
    if (page.entries.length === 0 || isLast) return { complete: true };
  }
}

/** Separates new entries from those seen before, by id; entries without an id are told apart by their contents. */
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
  /** The most entries of a page, as the service says; undefined where it does not. */
  readonly full: number | undefined;
  /** The limit to ask for next time. */
  readonly limit: number;
}

async function readPage(catalogue: LiveCatalogue, query: PageQuery, context: ReadContext): Promise<RawPage> {
  const { limit, offset } = query;
  try {
    const body = await catalogue.readPage(query, context);
    if (!Array.isArray(body["models"]))
      throw new ResponseError(
        "The catalogue's answer has no list of models. Is --base-url the service's address?",
      );
    const [total, full] = [readCount(body["total"]), readCount(body["limit"])];
    return { entries: body["models"] as unknown[], total, full, limit };
  } catch (error) {
    // Some services answer 404 or 416 behind their last page.
    if (offset > 0 && error instanceof HttpError && [404, 416].includes(error.status))
      return { entries: [], total: undefined, full: undefined, limit };
    const smaller = shrink(limit, error);
    if (smaller === undefined) throw error;
    context.say(`A page of ${limit} models is too much for the service; asking for ${smaller}.`);
    return readPage(catalogue, { ...query, limit: smaller }, context);
  }
}

/** Chooses a smaller page after an error that a smaller page may avoid; undefined where none would help. */
function shrink(limit: number, error: unknown): number | undefined {
  if (limit <= 1) return undefined;
  if (error instanceof HttpError && error.code === "http") {
    if (error.status === 413) return Math.floor(limit / 2);
    return [400, 422].includes(error.status) && limit > plainPage ? plainPage : undefined;
  }
  const slow = error instanceof ConnectionError && error.message.includes("time is up");
  return slow && limit > 50 ? Math.floor(limit / 2) : undefined;
}

function readCount(value: unknown): number | undefined {
  const count = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof count === "number" && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}
