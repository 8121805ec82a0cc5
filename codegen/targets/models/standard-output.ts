import type { Schema } from "../../../src/input/model.js";

/** The fields of the media output that most models share; each is optional. */
const single: readonly string[] = ["image", "video"];
const several: readonly string[] = ["images", "videos"];

/** Tells whether an output says the same as `MediaOutput` in `shared.ts`, whatever its wording and order. */
export function isStandardOutput(output: Schema): boolean {
  const properties = output.properties ?? {};
  const isClosed = output.additionalProperties !== true && output.anyOf === undefined;
  const names = Object.keys(properties);
  return (
    isClosed &&
    (output.required ?? []).length === 0 &&
    names.length === single.length + several.length &&
    single.every((name) => Object.hasOwn(properties, name) && isText(properties[name])) &&
    several.every((name) => Object.hasOwn(properties, name) && isTextList(properties[name]))
  );
}

function isText(schema: Schema | undefined): boolean {
  return (
    schema?.type === "string" &&
    schema.enum === undefined &&
    schema.const === undefined &&
    schema.anyOf === undefined
  );
}

function isTextList(schema: Schema | undefined): boolean {
  return (
    schema?.type === "array" &&
    schema.enum === undefined &&
    schema.const === undefined &&
    isText(schema.items)
  );
}
