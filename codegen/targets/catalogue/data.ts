import type { Api, ApiModel } from "../../ir/api.js";
import { modulePath } from "../models/module-path.js";
import { createCutter, createJsonPrinter } from "../printed-json.js";
import type { EmitOptions } from "../target.js";

/** Where the data of all models lies, relative to the output folder. */
export const dataPath = "catalogue.json";

/** Everything that is known of all models, as JSON text. What the last text says of models that have not changed is kept. */
export function printCatalogue({ models }: Api, { isCurrent, lastTextOf }: EmitOptions): string {
  const { keep, print } = createJsonPrinter();
  const cutModel = createCutter(lastTextOf(dataPath) ?? "", '\n  "models": [', 2);
  const records = models.map((model) => {
    const text = isCurrent(modulePath(model.id))
      ? cutModel(`{\n      "id": ${JSON.stringify(model.id)},`)
      : undefined;
    return text === undefined ? toRecord(model) : keep(text);
  });
  return print({ models: records });
}

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
