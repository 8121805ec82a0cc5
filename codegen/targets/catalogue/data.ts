import type { ApiModel } from "../../ir/api.js";
import type { SharedFile } from "../parts/changed-parts.js";
import { findDocumentation } from "../model-links.js";

/** The file with the data of all models, relative to the output folder. */
export const dataPath = "catalogue.json";

/** All that is known of models, as JSON text. */
function printCatalogue(models: readonly ApiModel[]): string {
  return `${JSON.stringify({ models: models.map(toRecord) }, null, 2)}\n`;
}

/** The parts of {@link printCatalogue}'s text that are one model's. */
export const dataFile: SharedFile = {
  path: dataPath,
  print: printCatalogue,
  beforeId: '\n    {\n      "id": ',
  printId: (id) => JSON.stringify(id),
  partsOf: (models) =>
    models.map(({ id }) => ({
      after: '\n  "models": [',
      opening: `\n    {\n      "id": ${JSON.stringify(id)},`,
      closing: "\n    }",
    })),
};

/**
 * The models as {@link printCatalogue} wrote them. Of models that have not changed hardly more than the ids is needed, so a model's text
 * is parsed when something else of it is first asked for.
 */
export function readCatalogue(text: string): ApiModel[] {
  const [, ...parts] = text.split("\n    {\n");
  return parts.map((part) => readModel(part.slice(0, part.lastIndexOf("\n    }"))));
}

function readModel(record: string): ApiModel {
  const id = JSON.parse(record.slice(record.indexOf(":") + 1, record.indexOf(",\n"))) as string;
  let model: ApiModel | undefined;
  const read = () => (model ??= fromRecord(JSON.parse(`{${record}}`) as CatalogueRecord));
  return {
    id,
    get title() {
      return read().title;
    },
    get description() {
      return read().description;
    },
    get source() {
      return read().source;
    },
    get notes() {
      return read().notes;
    },
    get listing() {
      return read().listing;
    },
    get example() {
      return read().example;
    },
    get input() {
      return read().input;
    },
    get output() {
      return read().output;
    },
  };
}

/** A model in the catalogue; keys without a value are left out by JSON itself. */
type CatalogueRecord = Omit<ApiModel, "listing"> & ApiModel["listing"] & { readonly documentation?: string };

/** The keys in the order in which they are written. */
function toRecord(model: ApiModel): object {
  const { id, title, description, source, notes, listing, example, input, output } = model;
  return {
    id,
    title,
    description,
    page: listing.page,
    documentation: findDocumentation(model),
    source,
    notes,
    categories: listing.categories,
    kind: listing.kind,
    makes: listing.makes,
    price: listing.price,
    missingSince: listing.missingSince,
    example,
    input,
    output,
  };
}

function fromRecord({
  page,
  documentation: _,
  categories,
  kind,
  makes,
  price,
  missingSince,
  ...model
}: CatalogueRecord): ApiModel {
  return {
    ...model,
    listing: {
      ...(page !== undefined && { page }),
      categories,
      ...(kind !== undefined && { kind }),
      ...(makes !== undefined && { makes }),
      ...(price !== undefined && { price }),
      ...(missingSince !== undefined && { missingSince }),
    },
  };
}
