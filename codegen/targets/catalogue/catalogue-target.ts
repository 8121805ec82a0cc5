import type { Api, ApiModel } from "../../ir/api.js";
import { key } from "../../text/key.js";
import { literal } from "../../text/literal.js";
import { type Template, loadTemplate } from "../../text/template.js";
import { importPath, modulePath, runtimePath } from "../models/module-path.js";
import { isStandardOutput } from "../models/standard-output.js";
import { sharedPath } from "../models/models-target.js";
import { findDocumentation, findPage } from "../model-links.js";
import type { EmitOptions, Target } from "../target.js";
import { type SharedFile, printChanged } from "../parts/changed-parts.js";
import { dataFile, dataPath } from "./data.js";
import { openTextsFile, textsPath } from "./texts.js";
import { type ModuleTypes, cutTypes, readTypes } from "./module-types.js";

const codePath = "catalogue.ts";

/** All that is known of the models as JSON; a typed list of them with the types and a loader of each module; their wording. */
export const catalogueTarget: Target = { name: "catalogue", emit };

async function emit(api: Api, options: EmitOptions): Promise<ReadonlyMap<string, string | "current">> {
  const isDataCurrent = options.isCurrent(dataPath);
  const isCodeCurrent = options.isCurrent(codePath);
  const areTextsCurrent = options.isCurrent(textsPath);
  return new Map<string, string | "current">([
    [dataPath, isDataCurrent ? "current" : printChanged(api, dataFile, options)],
    [codePath, isCodeCurrent ? "current" : printChanged(api, await openCodeFile(api, options), options)],
    [textsPath, areTextsCurrent ? "current" : printChanged(api, await openTextsFile(), options)],
  ]);
}

function toEntry(model: ApiModel): object {
  const { id, title, description, listing } = model;
  return {
    id,
    title,
    description,
    categories: listing.categories,
    kind: listing.kind,
    makes: listing.makes,
    price: listing.price,
    page: findPage(listing),
    documentation: findDocumentation(model),
    missingSince: listing.missingSince,
  };
}

/**
 * The types of each model: of those that have not changed from the last catalogue, of all others from their modules.
 *
 * @throws Error where a module has not been made.
 */
function findTypes({ imports, isCurrent, textOf, lastTextOf }: EmitOptions): (id: string) => ModuleTypes {
  let known: ReadonlyMap<string, ModuleTypes> | undefined;
  return (id) => {
    const path = modulePath(id);
    const types = isCurrent(path)
      ? (known ??= readTypes(lastTextOf(codePath) ?? "")).get(key(id))
      : undefined;
    if (types !== undefined) return types;
    const module = textOf(path);
    if (module === undefined) throw new Error(`It shows the types of ${path}, which nothing has made.`);
    return cutTypes(path, module, importPath(codePath, path, imports));
  };
}

/** The code, and the parts of it that are one model's. */
async function openCodeFile(api: Api, options: EmitOptions): Promise<SharedFile> {
  const template = await loadTemplate(new URL("catalogue.hbs", import.meta.url));
  return {
    path: codePath,
    print: (models) => printCode(template, api, models, options),
    beforeId: "\n  { id: ",
    printId: (id) => `${literal(id)}, `,
    partsOf: (models) => [
      { after: "\n// @ts-nocheck", opening: "\nimport type ", closing: "\n\n/**" },
      ...models.map(({ id }) => ({
        after: "\nexport interface Models {",
        opening: `\n  ${key(id)}: {\n    input: `,
        closing: "\n  };",
      })),
      ...models.map(({ id }) => ({
        after: "\nexport const entries",
        opening: `\n  { id: ${literal(id)}, `,
        closing: "\n",
      })),
    ],
  };
}

function printCode(template: Template, api: Api, models: readonly ApiModel[], options: EmitOptions): string {
  const typesOf = findTypes(options);
  const modules = models.map(({ id }) => ({
    id,
    path: importPath(codePath, modulePath(id), options.imports),
    ...typesOf(id),
  }));
  return template({
    runtime: runtimePath(codePath, options.runtime),
    shared: importPath(codePath, sharedPath, options.imports),
    mediaOutput: api.models.some(({ output }) => isStandardOutput(output)),
    media: modules.some(({ input }) => /\bMediaUrl\b/.test(input.text)),
    modules,
    entries: models.map(toEntry),
    texts: importPath(codePath, textsPath, options.imports),
  });
}
