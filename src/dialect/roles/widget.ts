import type { FieldRole, Schema } from "../../input/model.js";
import type { FieldFacts } from "./field-facts.js";

/**
 * The form control that suits a field.
 *
 * - `textarea`, `text`: long and short text. `number`: any number. `slider`: a number of at most 200 steps between two limits.
 * - `switch`: true or false. `choice`: one of the values of `schema.enum`, of which there may be only one.
 * - `file`, `files`: the address of one medium, and a list of them. `list`: a list of texts or numbers. `json`: everything else.
 */
export type Widget =
  | "textarea"
  | "text"
  | "number"
  | "slider"
  | "switch"
  | "choice"
  | "file"
  | "files"
  | "list"
  | "json";

/** The longest text for which one line is enough, in characters. */
const longestLine = 120;
/** The most steps that a slider can be set to with some precision. */
const mostSteps = 200;

/** Tells the form control that suits a field: a field that may also be null has that of its other values. */
export function findWidget(schema: Schema, field: FieldFacts, role: FieldRole | undefined): Widget {
  const types = [schema.type ?? []].flat().filter((type) => type !== "null");
  if (schema.enum !== undefined || schema.const !== undefined) return "choice";
  const choices = schema.anyOf?.filter(({ type }) => type !== "null");
  if (choices?.length === 1 && types.length === 0) {
    const { anyOf: _, ...rest } = schema;
    return findWidget({ ...rest, ...choices[0]! }, field, role);
  }
  if (choices !== undefined || types.length > 1) return "json";
  const [type] = types;
  if (type === "boolean") return "switch";
  if (type === "number" || type === "integer") return isSlider(schema) ? "slider" : "number";
  if (type === "array") return findListWidget(schema, field);
  if (type !== "string") return "json";
  if (field.kind !== undefined) return "file";
  return isLong(schema, role) ? "textarea" : "text";
}

function isSlider({ type, minimum, maximum, multipleOf }: Schema): boolean {
  if (minimum === undefined || maximum === undefined) return false;
  const step = multipleOf ?? (type === "integer" ? 1 : (maximum - minimum) / 100);
  return (maximum - minimum) / step <= mostSteps;
}

function findListWidget({ items = {} }: Schema, { kind }: FieldFacts): Widget {
  if (kind !== undefined) return "files";
  const isPlain = ["string", "number", "integer"].includes(String(items.type));
  return isPlain && items.anyOf === undefined ? "list" : "json";
}

function isLong(
  { maxLength, default: initial, examples = [] }: Schema,
  role: FieldRole | undefined,
): boolean {
  if (role === "prompt" || role === "negativePrompt") return true;
  if (maxLength !== undefined) return maxLength > longestLine;
  return [initial, ...examples].some((value) => typeof value === "string" && value.length > longestLine);
}
