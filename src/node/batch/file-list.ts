import type { Schema } from "../../input/model.js";

/**
 * The files in a cell of a field that takes a list of them: one path or address, or several with a semicolon and a space between them,
 * as tables of results list files, too. `undefined` for other fields, and for a list that is written as JSON.
 */
export function readFileList(schema: Schema, text: string): readonly string[] | undefined {
  if (!isFileList(schema) || /^\s*\[/.test(text)) return undefined;
  return text.split(/;\s+/).flatMap((one) => one.trim() || []);
}

function isFileList(schema: Schema): boolean {
  const { type, items, anyOf = [] } = schema;
  const hasFiles = (schema["x-media"] ?? items?.["x-media"]) !== undefined;
  if (anyOf.some((branch) => branch.type === "string")) return false;
  return (type === "array" && hasFiles) || anyOf.some(isFileList);
}
