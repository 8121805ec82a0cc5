import type { Json } from "../../input/model.js";
import type { EmulatorModel } from "../jobs/emulator-model.js";

/** A deviation of the live catalogue from its documentation: seen already, or possible tomorrow. */
export type Quirk =
  /** Each page after the first begins with the entry that ended the page before. */
  | "duplicates"
  /** The second entry has no schema. */
  | "no-schema"
  /** The third entry has an undocumented kind, the fourth has `null`. */
  | "odd-kinds"
  /** `total` grows by one with each page. */
  | "drifting-total"
  /** One more entry, with spaces in its id. */
  | "spaces"
  /** One more entry without an id, and one whose schema is a text. */
  | "broken-entries"
  /** Every entry has undocumented fields. */
  | "extra-fields"
  /** Fields without a value are `null` instead of absent. */
  | "nulls";

/** Every {@link Quirk}. */
export const everyQuirk: readonly Quirk[] = [
  "duplicates",
  "no-schema",
  "odd-kinds",
  "drifting-total",
  "spaces",
  "broken-entries",
  "extra-fields",
  "nulls",
];

/** The quirks that the option `quirks` names. */
export function readQuirks(option: readonly Quirk[] | "all" = []): ReadonlySet<Quirk> {
  return new Set(option === "all" ? everyQuirk : option);
}

/** An entry of the catalogue. */
export type CatalogueEntry = { [key: string]: Json };

/** Applies the quirks of single entries; `index` is the entry's place in the whole catalogue. */
export function distortEntry(
  entry: CatalogueEntry,
  index: number,
  quirks: ReadonlySet<Quirk>,
): CatalogueEntry {
  const distorted = { ...(quirks.has("nulls") && nulls), ...entry };
  if (quirks.has("no-schema") && index === 1) delete distorted["input_schema"];
  if (quirks.has("odd-kinds") && index === 2) distorted["kind"] = "pipeline";
  if (quirks.has("odd-kinds") && index === 3) distorted["kind"] = null;
  if (quirks.has("extra-fields")) distorted["x_experiment"] = { bucket: index, tags: ["a", null] };
  return distorted;
}

const nulls: CatalogueEntry = { base_price_usd: null, price_unit: null, pricing_note: null };

/** The entries that quirks add to the catalogue. */
export function writeOddEntries(
  quirks: ReadonlySet<Quirk>,
  writeEntry: (model: EmulatorModel) => CatalogueEntry,
): CatalogueEntry[] {
  const entries: CatalogueEntry[] = [];
  if (quirks.has("spaces")) entries.push(writeEntry(modelWithSpaces));
  if (quirks.has("broken-entries")) {
    const { model_id: _, ...nameless } = writeEntry({ ...modelWithSpaces, id: "x/nameless" });
    const broken = { ...writeEntry({ ...modelWithSpaces, id: "x/text-schema" }), input_schema: "soon" };
    entries.push(nameless as CatalogueEntry, broken);
  }
  return entries;
}

/** Repeats the last entry of each page at the start of the next one. */
export function repeatAcrossPages(entries: readonly CatalogueEntry[], limit: number): CatalogueEntry[] {
  const repeated: CatalogueEntry[] = [];
  entries.forEach((entry, index) => {
    repeated.push(entry);
    if (limit > 1 && repeated.length % limit === 0 && index < entries.length - 1) repeated.push(entry);
  });
  return repeated;
}

/** The model of the quirk `"spaces"`: the live list has ids of this kind. */
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
