import { createCutter } from "../printed-json.js";
import type { ModelNames } from "./names.js";
import { pathOf } from "./operation.js";

/** A model's parts of a document, as text. */
export interface PrintedModel {
  readonly pathItem: string;
  readonly input: string;
  /** The component that describes what the model makes. */
  readonly outputName: string;
  /** Its schema, where the model has one of its own. */
  readonly output?: string;
}

/**
 * Reads the parts of models out of the last document. They hold for models that have not changed and are still called the same, since
 * their names depend on the other models. Models must be asked for in the order of the document.
 */
export function readLastDocument(
  document: string,
): (id: string, names: ModelNames, tag: string) => PrintedModel | undefined {
  const schemas = '\n    "schemas": {';
  const cutPathItem = createCutter(document, '\n  "paths": {', 2);
  const cutInput = createCutter(document, schemas, 3);
  const cutOutput = createCutter(document, schemas, 3);
  return (id, names, tag) => {
    const pathItem = cutPathItem(`${JSON.stringify(pathOf(id))}: {`);
    const opening = `{
      "post": {
        "operationId": ${JSON.stringify(names.operation)},
        "tags": [
          ${JSON.stringify(tag)}
        ],
`;
    if (!pathItem?.startsWith(opening)) return undefined;
    const outputName = /\n {8}"x-output": \{\n {10}"\$ref": "#\/components\/schemas\/(\w+)"/.exec(pathItem)?.[1];
    const input = cutInput(`"${names.input}": {`);
    if (input === undefined || outputName === undefined) return undefined;
    if (outputName !== names.output) return { pathItem, input, outputName };
    const output = cutOutput(`"${names.output}": {`);
    return output === undefined ? undefined : { pathItem, input, outputName, output };
  };
}
