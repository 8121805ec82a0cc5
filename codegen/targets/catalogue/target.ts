import type { Api, ApiModel } from "../../ir/api.js";
import { loadTemplate } from "../../text/template.js";
import { importPath, modulePath, runtimePath } from "../models/module-path.js";
import type { EmitOptions, Target } from "../target.js";
import { dataPath, printCatalogue } from "./data.js";

const codePath = "catalogue.ts";

/** Everything known of all models as JSON, and a typed list of them with a loader for each module. */
export const catalogueTarget: Target = { name: "catalogue", emit };

async function emit(api: Api, options: EmitOptions): Promise<ReadonlyMap<string, string | "current">> {
  return new Map<string, string | "current">([
    [dataPath, options.isCurrent(dataPath) ? "current" : printCatalogue(api)],
    [codePath, options.isCurrent(codePath) ? "current" : await printCode(api, options.runtime)],
  ]);
}

const toEntry = ({ id, title, description, listing }: ApiModel): object => ({
  id,
  title,
  description,
  categories: listing.categories,
  kind: listing.kind,
  price: listing.price,
  missingSince: listing.missingSince,
});

async function printCode(api: Api, runtime: string): Promise<string> {
  const template = await loadTemplate(new URL("catalogue.hbs", import.meta.url));
  return template({
    runtime: runtimePath(codePath, runtime),
    modules: api.models.map(({ id }) => ({ id, path: importPath(codePath, modulePath(id)) })),
    entries: api.models.map(toEntry),
  });
}
