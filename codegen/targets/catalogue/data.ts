import type { ApiModel } from "../../ir/api.js";
import type { SharedFile } from "../changed-parts.js";

/** Where the data of all models lies, relative to the output folder. */
export const dataPath = "catalogue.json";

/** Everything that is known of models, as JSON text. */
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
 * The models as {@link printCatalogue} wrote them. Their schemas are most of the text and nobody asks for those of models that have not
 * changed, so they are parsed when they are first asked for.
 */
export function readCatalogue(text: string): ApiModel[] {
  const [, ...parts] = text.split("\n    {\n");
  return parts.map((part) => readModel(part.slice(0, part.lastIndexOf("\n    }"))));
}

function readModel(record: string): ApiModel {
  const head = record.slice(0, record.indexOf(',\n      "input": {'));
  let schemas: Pick<ApiModel, "input" | "output"> | undefined;
  const parse = () => (schemas ??= JSON.parse(`{${record}}`) as Pick<ApiModel, "input" | "output">);
  return {
    ...fromRecord(JSON.parse(`{${head}}`) as Omit<CatalogueRecord, "input" | "output">),
    get input() {
      return parse().input;
    },
    get output() {
      return parse().output;
    },
  };
}

/** A model in the catalogue; keys without a value are left out by JSON itself. */
type CatalogueRecord = Omit<ApiModel, "listing"> & ApiModel["listing"];

/** The keys in the order in which they are written. */
function toRecord({
  id,
  title,
  description,
  source,
  notes,
  listing,
  example,
  input,
  output,
}: ApiModel): object {
  return {
    id,
    title,
    description,
    source,
    notes,
    categories: listing.categories,
    kind: listing.kind,
    price: listing.price,
    missingSince: listing.missingSince,
    example,
    input,
    output,
  };
}

function fromRecord({
  categories,
  kind,
  price,
  missingSince,
  ...model
}: Omit<CatalogueRecord, "input" | "output">): Omit<ApiModel, "input" | "output"> {
  return {
    ...model,
    listing: {
      categories,
      ...(kind !== undefined && { kind }),
      ...(price !== undefined && { price }),
      ...(missingSince !== undefined && { missingSince }),
    },
  };
}
