import type { Api, ApiModel } from "../../ir/api.js";
import { findDocumentation } from "../documentation.js";

/** The file with the data of all models, relative to the output folder. */
export const dataPath = "catalogue.json";

/** All that is known of the models, as JSON text. */
export function printCatalogue({ models }: Api): string {
  return `${JSON.stringify({ models: models.map(toRecord) }, null, 2)}\n`;
}

/** The models as {@link printCatalogue} wrote them. */
export function readCatalogue(text: string): ApiModel[] {
  return (JSON.parse(text) as { readonly models: readonly CatalogueRecord[] }).models.map(fromRecord);
}

/** A model in the catalogue; keys without a value are left out by JSON itself. */
type CatalogueRecord = Omit<ApiModel, "listing"> & ApiModel["listing"] & { readonly documentation?: string };

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
    documentation: findDocumentation(source),
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
  documentation: _,
  categories,
  kind,
  price,
  missingSince,
  ...model
}: CatalogueRecord): ApiModel {
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
