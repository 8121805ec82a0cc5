import type { Json } from "../../input/model.js";
import type { EmulatorModel } from "../jobs/emulator-model.js";
import { toCatalogueSchema } from "./catalogue-schema.js";
import { distortEntry, repeatAcrossPages, writeOddEntries } from "./quirks.js";
import type { CatalogueEntry, Quirk } from "./quirks.js";

/** The query of a catalogue request; empty texts select everything. */
export interface CatalogueQuery {
  readonly search: string;
  readonly category: string;
  readonly kind: string;
  readonly includeSchema: boolean;
  readonly limit: number;
  readonly offset: number;
}

/** One entry of the catalogue in the form of the live one. */
export function writeEntry(model: EmulatorModel, includeSchema: boolean): CatalogueEntry {
  return {
    model_id: model.id,
    display_name: model.title ?? model.id,
    description: model.description ?? "",
    categories: model.categories ?? [],
    kind: model.kind ?? "model",
    ...(model.price && { price_unit: model.price.unit }),
    ...(model.price?.usd !== undefined && { base_price_usd: model.price.usd }),
    ...(model.price?.note !== undefined && { pricing_note: model.price.note }),
    model_url: `https://www.runcomfy.com/models/${model.id.split("/").map(encodeURIComponent).join("/")}`,
    inputs: Object.keys(model.input.properties ?? {}),
    required_inputs: model.input.required ?? [],
    ...(includeSchema && { input_schema: toCatalogueSchema(model.input) }),
  };
}

/** A page of the catalogue: `{ models, total, limit, offset }`. */
export function writePage(
  models: readonly EmulatorModel[],
  query: CatalogueQuery,
  quirks: ReadonlySet<Quirk>,
): { [key: string]: Json } {
  const { includeSchema, limit, offset } = query;
  const entries = models.map((model, index) => distortEntry(writeEntry(model, includeSchema), index, quirks));
  const added = writeOddEntries(quirks, (model) => writeEntry(model, includeSchema));
  const found = [...entries, ...added].filter((entry) => matchesQuery(entry, query));
  const listed = quirks.has("duplicates") ? repeatAcrossPages(found, limit) : found;
  const drift = quirks.has("drifting-total") ? Math.floor(offset / limit) : 0;
  return { models: listed.slice(offset, offset + limit), total: listed.length + drift, limit, offset };
}

/** Every category in use, in code point order. */
export function listCategories(models: readonly EmulatorModel[]): string[] {
  return [...new Set(models.flatMap((model) => model.categories ?? []))].sort();
}

function matchesQuery(entry: CatalogueEntry, query: CatalogueQuery): boolean {
  const text = `${entry["model_id"]}\n${entry["display_name"]}\n${entry["description"]}`.toLowerCase();
  return (
    text.includes(query.search.toLowerCase()) &&
    (query.kind === "" || entry["kind"] === query.kind) &&
    (query.category === "" || ((entry["categories"] ?? []) as readonly Json[]).includes(query.category))
  );
}
