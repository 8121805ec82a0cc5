import type { Json } from "../input/model.js";
import { toCatalogueDialect } from "./dialect.js";
import type { EmulatorModel } from "./models.js";

/** Something odd that the live catalogue was seen to do, or may do tomorrow. */
export type Oddity =
  /** Each page after the first begins with the entry that ended the page before. */
  | "duplicates"
  /** The second entry has no schema. */
  | "no-schema"
  /** The third entry has a kind that nobody has heard of, the fourth has `null`. */
  | "odd-kinds"
  /** `total` grows by one with each page. */
  | "drifting-total"
  /** One more entry, with spaces in its id. */
  | "spaces"
  /** One more entry without an id, and one whose schema is a text. */
  | "broken-entries"
  /** Every entry has fields that nobody has heard of. */
  | "extra-fields"
  /** What an entry has nothing to say about is `null` instead of absent. */
  | "nulls";

/** Every {@link Oddity}. */
export const everyOddity: readonly Oddity[] = [
  "duplicates",
  "no-schema",
  "odd-kinds",
  "drifting-total",
  "spaces",
  "broken-entries",
  "extra-fields",
  "nulls",
];

/** A page's question. */
export interface CatalogueQuery {
  readonly search: string;
  readonly category: string;
  readonly kind: string;
  readonly includeSchema: boolean;
  readonly limit: number;
  readonly offset: number;
}

type Entry = { [key: string]: Json };

/** One entry of the catalogue, as the live one writes it. */
export function writeEntry(model: EmulatorModel, includeSchema: boolean): Entry {
  return {
    model_id: model.id,
    display_name: model.title ?? model.id,
    description: model.description ?? "",
    categories: model.categories ?? [],
    kind: model.kind ?? "model",
    ...(model.price && { base_price_usd: model.price.usd, price_unit: model.price.unit }),
    ...(model.price?.note !== undefined && { pricing_note: model.price.note }),
    model_url: `https://www.runcomfy.com/models/${model.id.split("/").map(encodeURIComponent).join("/")}`,
    inputs: Object.keys(model.input.properties ?? {}),
    required_inputs: model.input.required ?? [],
    ...(includeSchema && { input_schema: toCatalogueDialect(model.input) }),
  };
}

/** A page of the catalogue: `{ models, total, limit, offset }`. */
export function writePage(
  models: readonly EmulatorModel[],
  query: CatalogueQuery,
  oddities: ReadonlySet<Oddity>,
): { [key: string]: Json } {
  const entries = models
    .map((model) => writeEntry(model, query.includeSchema))
    .map((entry, index) => bend(entry, index, oddities));
  const found = [...entries, ...strangeEntries(query.includeSchema, oddities)].filter((entry) =>
    matches(entry, query),
  );
  const listed = oddities.has("duplicates") ? repeatAcrossPages(found, query.limit) : found;
  const drift = oddities.has("drifting-total") ? Math.floor(query.offset / query.limit) : 0;
  return {
    models: listed.slice(query.offset, query.offset + query.limit),
    total: listed.length + drift,
    limit: query.limit,
    offset: query.offset,
  };
}

/** Every category in use, in code point order. */
export function listCategories(models: readonly EmulatorModel[]): string[] {
  return [...new Set(models.flatMap((model) => model.categories ?? []))].sort();
}

function repeatAcrossPages(entries: readonly Entry[], limit: number): Entry[] {
  const repeated: Entry[] = [];
  entries.forEach((entry, index) => {
    repeated.push(entry);
    if (limit > 1 && repeated.length % limit === 0 && index < entries.length - 1) repeated.push(entry);
  });
  return repeated;
}

function matches(entry: Entry, query: CatalogueQuery): boolean {
  const text = `${entry["model_id"]}\n${entry["display_name"]}\n${entry["description"]}`.toLowerCase();
  return (
    text.includes(query.search.toLowerCase()) &&
    (query.kind === "" || entry["kind"] === query.kind) &&
    (query.category === "" || ((entry["categories"] ?? []) as readonly Json[]).includes(query.category))
  );
}

function bend(entry: Entry, index: number, oddities: ReadonlySet<Oddity>): Entry {
  const bent = { ...(oddities.has("nulls") && nulls), ...entry };
  if (oddities.has("no-schema") && index === 1) delete bent["input_schema"];
  if (oddities.has("odd-kinds") && index === 2) bent["kind"] = "pipeline";
  if (oddities.has("odd-kinds") && index === 3) bent["kind"] = null;
  if (oddities.has("extra-fields")) bent["x_experiment"] = { bucket: index, tags: ["a", null] };
  return bent;
}

const nulls: Entry = { base_price_usd: null, price_unit: null, pricing_note: null };

function strangeEntries(includeSchema: boolean, oddities: ReadonlySet<Oddity>): Entry[] {
  const strange: Entry[] = [];
  if (oddities.has("spaces")) strange.push(writeEntry(modelWithSpaces, includeSchema));
  if (oddities.has("broken-entries")) {
    const { model_id: _, ...nameless } = writeEntry({ ...modelWithSpaces, id: "x/nameless" }, includeSchema);
    strange.push(nameless as Entry, {
      ...writeEntry({ ...modelWithSpaces, id: "x/text-schema" }, false),
      input_schema: "soon",
    });
  }
  return strange;
}

/** An id of this kind is on the live list. */
export const modelWithSpaces: EmulatorModel = {
  id: "minimax/Hailuo Video 01 Live",
  title: "Hailuo Video 01 Live",
  categories: ["image-to-video"],
  input: {
    type: "object",
    properties: {
      prompt: { type: "string" },
      first_frame_image: { type: "string", format: "uri", "x-media": { kind: "image" } },
    },
    required: ["prompt"],
    additionalProperties: false,
  },
};
