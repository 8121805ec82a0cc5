import { createReadStream } from "node:fs";
import { extname } from "node:path";
import type { Schema } from "../../input/model.js";
import { BatchError } from "./batch-error.js";
import type { BatchRow } from "./batch-row.js";
import { readJsonRows } from "./json-rows.js";

/** Options of `readRows`. */
export interface ReadRowsOptions {
  /** The model whose fields the rows have: cells get the types of its schema. */
  readonly model: { readonly id: string; readonly input: Schema };
  /** Default: by the file's extension, `.jsonl`, `.ndjson` or `.json` for JSON lines, else a table. */
  readonly format?: "csv" | "jsonl" | undefined;
}

/**
 * The rows of a file: a table as spreadsheets write it (separated by commas, semicolons or tabs), or JSON lines. They are read as they
 * are asked for, and from the start by each loop.
 *
 * Loops reject with a BatchError where the file as a whole cannot be read. A row that cannot be read has `problems`.
 */
export function readRows(path: string, { model, format }: ReadRowsOptions): AsyncIterable<BatchRow> {
  const fields = model.input.properties ?? {};
  const isJson = format === undefined ? /^\.(?:jsonl|ndjson|json)$/i.test(extname(path)) : format === "jsonl";
  return {
    [Symbol.asyncIterator]: async function* () {
      const text = readText(path);
      if (isJson) yield* readJsonRows(text, fields);
      else {
        const { readCsvRows } = await import("./csv-rows.js");
        yield* readCsvRows(text, fields, path);
      }
    },
  };
}

/** The text of a file in parts, without a byte order mark. UTF-8, or UTF-16 where the mark says so. */
async function* readText(path: string): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  const decode = (bytes: Uint8Array | undefined): string => {
    try {
      return decoder!.decode(bytes, { stream: bytes !== undefined });
    } catch (cause) {
      throw new BatchError(
        `${path} is not UTF-8. Save it again with this encoding: in Excel as "CSV UTF-8 (Comma delimited)". Nothing was sent.`,
        { cause },
      );
    }
  };
  try {
    for await (const chunk of createReadStream(path)) {
      const bytes = chunk as Uint8Array;
      decoder ??= new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8", {
        fatal: true,
      });
      yield decode(bytes);
    }
  } catch (error) {
    if (error instanceof BatchError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new BatchError(`${path} cannot be read: ${reason}. Nothing was sent.`, { cause: error });
  }
  if (decoder) yield decode(undefined);
}
