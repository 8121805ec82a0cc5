import type { ApiModel } from "../../ir/api.js";
import { isStandardOutput } from "../models/standard-output.js";
import { asRecord } from "../json-record.js";
import type { JsonRecord } from "../json-record.js";
import { refTo } from "./operation.js";
import { toDocumentSchema } from "./document-schema.js";
import type { DocumentSchema } from "./document-schema.js";

/** The component that nearly all models share. */
const sharedOutput = "MediaOutput";

/** The component for what a model makes: the shared one where the documentation says the same, else its own. */
export function outputName(model: ApiModel, own: string, schemas: JsonRecord): string {
  return sharedOutput in schemas && isStandardOutput(model.output) ? sharedOutput : own;
}

/** Makes the schema of an output. */
export function toOutputSchema(model: ApiModel): DocumentSchema {
  return {
    description: `What \`${model.id}\` makes.`,
    ...toDocumentSchema(model.output),
  };
}

/** The shared schemas, in which a result's output may be any of the documented ones. */
export function widenResult(schemas: JsonRecord, outputs: readonly string[]): JsonRecord {
  const result = asRecord(schemas["JobResult"]);
  const properties = asRecord(result["properties"]);
  const usual = asRecord(properties["output"]);
  if (outputs.length === 0 || typeof usual["$ref"] !== "string") return schemas;
  const output = {
    description: "What the job made; only after success. Which of these depends on the model.",
    anyOf: [usual, ...outputs.map(refTo)],
  };
  return { ...schemas, JobResult: { ...result, properties: { ...properties, output } } };
}
