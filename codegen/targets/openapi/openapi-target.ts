import type { Api } from "../../ir/api.js";
import { type Part, type SharedFile, printChanged } from "../parts/changed-parts.js";
import { type JsonRecord, asRecord } from "../json-record.js";
import type { Target } from "../target.js";
import { toDocument } from "./document.js";
import { namesOf } from "./model-names.js";
import { pathOf } from "./operation.js";

const path = "openapi.json";

/** `openapi.json`: the whole API, every model with a path of its own, for every other tool. */
export const openapiTarget: Target = {
  name: "openapi",
  emit: (api, options) =>
    new Map([[path, options.isCurrent(path) ? "current" : printChanged(api, fileOf(api), options)]]),
};

function fileOf(api: Api): SharedFile {
  return {
    path,
    print: (models) => `${JSON.stringify(toDocument(api, models), null, 2)}\n`,
    beforeId: '\n        "x-model-id": ',
    printId: (id) => JSON.stringify(id),
    partsOf(models, printed) {
      const paths = asRecord(asRecord(JSON.parse(printed))["paths"]);
      return models.flatMap(({ id }) => findParts(pathOf(id), asRecord(asRecord(paths[pathOf(id)])["post"])));
    },
  };
}

function findParts(address: string, { operationId }: JsonRecord): readonly Part[] {
  const names = namesOf(String(operationId));
  const schema = (name: string): Part => ({
    after: '\n    "schemas": {',
    opening: `\n      "${name}": {`,
    closing: "\n      }",
  });
  return [
    { after: '\n  "paths": {', opening: `\n    ${JSON.stringify(address)}: {`, closing: "\n    }" },
    schema(names.input),
    { ...schema(names.output), isOptional: true },
  ];
}
