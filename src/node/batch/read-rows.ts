import { extname } from "node:path";
import type { Schema } from "../../input/model.js";
import type { BatchRow } from "./batch-row.js";
import { readJsonRows } from "./json-rows.js";
import { readRowsText } from "./rows-text.js";
import type { RowsSource } from "./rows-text.js";
import { anything, aText, checkOptions } from "../../options/check-options.js";
import type { OptionRules } from "../../options/check-options.js";

/** Options of `readRows`. */
export interface ReadRowsOptions {
  /** The model whose fields the rows have: cells get the types of its schema. */
  readonly model: { readonly id: string; readonly input: Schema };
  /** Default: by the file's extension, `.jsonl`, `.ndjson` or `.json` for JSON lines, else a table; a table of a stream. */
  readonly format?: "csv" | "jsonl" | undefined;
}

const rules: OptionRules<ReadRowsOptions> = { model: anything, format: aText };

/**
 * The rows of a table as spreadsheets write it (separated by commas, semicolons or tabs), or of JSON lines, read as they are asked
 * for. Those of a file are read from the start by each loop; those of a stream can be read once.
 *
 * Loops reject with a BatchError where the whole cannot be read. A row that cannot be read has `problems`.
 *
 * @example
 * const rows = readRows(process.stdin, { model, format: "jsonl" });
 */
export function readRows(source: string | RowsSource, options: ReadRowsOptions): AsyncIterable<BatchRow> {
  checkOptions("readRows", options, rules);
  const { model, format } = options;
  const fields = model.input.properties ?? {};
  const extension = typeof source === "string" ? extname(source) : "";
  const isJson = format === undefined ? /^\.(?:jsonl|ndjson|json)$/i.test(extension) : format === "jsonl";
  async function* read(): AsyncGenerator<BatchRow> {
    const name = typeof source === "string" ? source : "The stream of rows";
    const text = readRowsText(source, name);
    if (isJson) yield* readJsonRows(text, fields);
    else {
      const { readCsvRows } = await import("./csv-rows.js");
      yield* readCsvRows(text, fields, name);
    }
  }
  return typeof source === "string" ? { [Symbol.asyncIterator]: read } : read();
}
