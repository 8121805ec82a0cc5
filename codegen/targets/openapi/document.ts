import type { Api, ApiModel } from "../../ir/api.js";
import { asRecord, asRecords } from "../json-record.js";
import type { JsonRecord } from "../json-record.js";
import { keepReferred } from "./components.js";
import { exampleOf } from "./request-example.js";
import type { Example } from "./request-example.js";
import { moveReferences } from "./reference.js";
import { nameModels } from "./model-names.js";
import { pathOf, refTo, toOperation } from "./operation.js";
import { outputName, toOutputSchema, widenResult } from "./output-schema.js";
import { toDocumentSchema } from "./document-schema.js";
import { tagModels } from "./tags.js";

/** The call that all models share; in the document each model has it on a path of its own. */
const sharedPath = "/v1/models/{model_id}";

/**
 * The whole OpenAPI document: what all models share, and for each model its path and the schemas of what goes in and out. With `wanted`
 * only some models are in it, under the same names.
 */
export function toDocument({ lifecycle, models }: Api, wanted: readonly ApiModel[] = models): JsonRecord {
  const { submit, paths: sharedPaths } = takeSubmit(asRecord(lifecycle["paths"]));
  const components = asRecord(lifecycle["components"]);
  const schemas = asRecord(components["schemas"]);
  const responses = submit["responses"] ?? { "200": { description: "The job is in the queue." } };
  const tags = asRecords(lifecycle["tags"]);
  const ids = models.map((model) => model.id);
  const names = nameModels(ids, [...Object.keys(schemas), ...operationIds(sharedPaths)]);
  const tagOf = tagModels(
    ids,
    tags.map((tag) => String(tag["name"])),
  );

  const paths = new Map(Object.entries(sharedPaths));
  const inputs = new Map<string, unknown>();
  const outputs = new Map<string, unknown>();
  const usedOutputs = new Set<string>();
  for (const model of wanted) {
    const own = names.get(model.id);
    const tag = tagOf.get(model.id);
    if (!own || !tag) continue;
    const output = outputName(model, own.output, schemas);
    const example = exampleOf(model);
    inputs.set(own.input, moveReferences(toInputSchema(model, example), own.input));
    usedOutputs.add(output);
    if (output === own.output) outputs.set(output, moveReferences(toOutputSchema(model), output));
    const post = toOperation({ model, names: own, tag: tag.name, output, example, responses });
    const path = pathOf(model.id);
    paths.set(path, { ...asRecord(paths.get(path)), post });
  }

  const kept = keepReferred(components, [
    sharedPaths,
    models.length > 0 && responses,
    [...usedOutputs].map(refTo),
  ]);
  return {
    ...lifecycle,
    info: describe(asRecord(lifecycle["info"])),
    tags: [...tags, ...new Set(tagOf.values())].sort(byName),
    paths: Object.fromEntries(paths),
    components: {
      ...kept,
      schemas: {
        ...widenResult(asRecord(kept["schemas"]), [...outputs.keys()]),
        ...Object.fromEntries(inputs),
        ...Object.fromEntries(outputs),
      },
    },
  };
}

function toInputSchema(model: ApiModel, example: Example | undefined): object {
  const { title: _, ...schema } = toDocumentSchema(model.input, example ? [example] : []);
  return { description: `The input of \`${model.id}\`.`, ...schema };
}

/** The shared submit, and the paths without it: an id has slashes, and no path parameter matches those. */
function takeSubmit(paths: JsonRecord): { readonly submit: JsonRecord; readonly paths: JsonRecord } {
  const { post, ...item } = asRecord(paths[sharedPath]);
  const kept = Object.entries(paths).map(
    ([path, whole]) => [path, path === sharedPath ? item : whole] as const,
  );
  return { submit: asRecord(post), paths: Object.fromEntries(kept.filter(([, one]) => hasOperation(one))) };
}

function hasOperation(item: unknown): boolean {
  return Object.keys(asRecord(item)).some((key) => key !== "parameters");
}

function operationIds(paths: JsonRecord): string[] {
  return Object.values(paths).flatMap((item) =>
    Object.values(asRecord(item)).flatMap((operation) => {
      const { operationId } = asRecord(operation);
      return typeof operationId === "string" ? [operationId] : [];
    }),
  );
}

const howToRead =
  "Every model of this document has a path and an input of its own; `x-output` names what it makes, which the result's `output` then holds. Another model is called in the same way under its own id.";

function describe(info: JsonRecord): JsonRecord {
  const { description } = info;
  return {
    ...info,
    description: typeof description === "string" ? `${description}\n\n${howToRead}` : howToRead,
  };
}

function byName(a: object, b: object): number {
  return nameOf(a) < nameOf(b) ? -1 : 1;
}

function nameOf(tag: object): string {
  return String(asRecord(tag)["name"]);
}
