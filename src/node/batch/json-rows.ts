import type { BatchRow } from "./batch-row.js";
import { messageOf } from "../../errors/error-message.js";
import { isObject } from "../../input/json-value.js";

/** Reads rows of JSON lines: the fields of the model, and `key` where the row has one; or `{ "key": …, "input": { … } }`. */
export async function* readJsonRows(
  text: AsyncIterable<string>,
  fields: { readonly [name: string]: unknown },
): AsyncGenerator<BatchRow> {
  let line = 0;
  for await (const one of splitLines(text)) {
    line++;
    if (one.trim() !== "") yield readJsonRow(one, line, !Object.hasOwn(fields, "input"));
  }
}

async function* splitLines(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const part of text) {
    const lines = (rest + part).split(/\r?\n/);
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}

function readJsonRow(text: string, line: number, mayNest: boolean): BatchRow {
  const refuse = (message: string): BatchRow => ({ input: {}, line, problems: [{ line, message }] });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(`is no JSON: ${messageOf(error)}`);
  }
  if (!isObject(value)) return refuse("is no JSON object");
  const { key, ...fields } = value;
  if (key !== undefined && typeof key !== "string" && typeof key !== "number")
    return refuse("has a key that is no text");
  const own = { line, ...(key !== undefined && { key: String(key) }) };
  const { input, ...others } = fields;
  const isNested = mayNest && isObject(input) && Object.keys(others).length === 0;
  return { ...own, input: isNested ? input : fields };
}
