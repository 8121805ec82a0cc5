/*!
 * Contains csv-parse, https://csv.js.org
 *
 * The MIT License (MIT)
 *
 * Copyright (c) 2010 Adaltas
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files
 * (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge,
 * publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do
 * so, subject to the following conditions: The above copyright notice and this permission notice shall be included in all copies or
 * substantial portions of the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
 * MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE
 * FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
 * CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
 */
import { Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { valueOfText } from "../../forms/text-value.js";
import type { TextFormat } from "../../forms/text-value.js";
import { nearest } from "../../input/nearest.js";
import type { Schema } from "../../input/model.js";
import { BatchError } from "./batch-error.js";
import type { BatchRow, RowProblem } from "./batch-row.js";
import { readFileList } from "./file-list.js";

type Fields = { readonly [name: string]: Schema };

/** One record of csv-parse, with the number of lines read so far. */
interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** The name of the column with the rows' keys. */
export const keyColumn = "key";

const separators = [",", ";", "\t"] as const;
type Separator = (typeof separators)[number];

/** The decimal sign that spreadsheets write in a table with this separator. */
const decimalSigns = { ",": "point", ";": "comma", "\t": "either" } as const;

/** Reads rows of a table whose first line names the fields. Throws a BatchError where a column is no field, or a quote never ends. */
export async function* readCsvRows(
  text: AsyncIterable<string>,
  fields: Fields,
  name: string,
): AsyncGenerator<BatchRow> {
  const [head, rest, skipped] = await takeHead(text);
  const delimiter = chooseSeparator(head, fields);
  const parser = parse({
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: ["\r\n", "\n", "\r"],
    max_record_size: 64 * 2 ** 20,
  });
  const records = Readable.from(rest)
    .on("error", (error) => parser.destroy(error))
    .pipe(parser);
  let columns: readonly string[] | undefined;
  let countedTwice = 0;
  try {
    for await (const one of records) {
      const { record, info } = one as CsvRecord;
      // A cell may hold line ends, and csv-parse tells the line on which a row ends: the row begins above it. csv-parse counts CRLF
      // in a cell twice.
      const ends = record.flatMap((cell) => cell.match(/\r\n|\r|\n/g) ?? []);
      countedTwice += ends.filter((end) => end.length === 2).length;
      const line = Math.max(1, info.lines - countedTwice - ends.length) + skipped;
      if (!columns) columns = readColumns(record, fields, name);
      else if (record.some((cell) => cell.trim() !== ""))
        yield readRecord(record, columns, fields, { line, decimalSign: decimalSigns[delimiter] });
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new BatchError(`${name}: ${error.message}. Is a quotation mark missing? Nothing was sent.`, {
      cause: error,
    });
  }
}

/**
 * Reads ahead to the first line, and gives it with the whole text. A line `sep=;`, by which Excel is told the separator, is left
 * out.
 */
async function takeHead(
  text: AsyncIterable<string>,
): Promise<readonly [head: string, rest: AsyncIterable<string>, skippedLines: number]> {
  const parts = text[Symbol.asyncIterator]();
  let start = "";
  while (!/\n|\r./s.test(start.replace(/^sep=.\r?\n/i, ""))) {
    const { done, value } = await parts.next();
    if (done) break;
    start += value;
  }
  const own = start.replace(/^sep=.\r?\n/i, "");
  async function* rest(): AsyncGenerator<string> {
    yield own;
    for (;;) {
      const { done, value } = await parts.next();
      if (done) return;
      yield value;
    }
  }
  return [/^[^\r\n]*/.exec(own)![0], rest(), own === start ? 0 : 1];
}

/** The separator that divides the first line into the most names of fields. */
function chooseSeparator(head: string, fields: Fields): Separator {
  const countKnown = (separator: string) =>
    head
      .split(separator)
      .map((name) =>
        name
          .trim()
          .replace(/^"(.*)"$/, "$1")
          .trim(),
      )
      .filter((name) => name === keyColumn || Object.hasOwn(fields, name)).length;
  return separators.reduce((best, one) => (countKnown(one) > countKnown(best) ? one : best));
}

function readColumns(record: readonly string[], fields: Fields, name: string): readonly string[] {
  const columns = record.map((cell) => cell.trim());
  const known = [keyColumn, ...Object.keys(fields)];
  const seen = new Set<string>();
  const problems: RowProblem[] = columns
    .filter((column) => column !== "")
    .flatMap((column) => {
      const isTwice = seen.has(column);
      seen.add(column);
      if (isTwice) return [{ line: 1, field: column, message: "names two columns" }];
      if (known.includes(column)) return [];
      const [near] = nearest(column, known);
      const hint = near ? `Did you mean ${near}?` : `The model takes ${known.slice(1).join(", ")}.`;
      return [{ line: 1, field: column, message: `is no field of the model. ${hint}` }];
    });
  if (problems.length === 0) return columns;
  const lines = problems.map(({ field, message }) => `\n  column ${JSON.stringify(field)} ${message}`);
  throw new BatchError(`${name} cannot be read. Its first line must name the fields:${lines.join("")}`, {
    problems,
  });
}

function readRecord(
  record: readonly string[],
  columns: readonly string[],
  fields: Fields,
  { line, ...format }: { readonly line: number } & Pick<TextFormat, "decimalSign">,
): BatchRow {
  const input: Record<string, unknown> = {};
  const problems: RowProblem[] = [];
  let key: string | undefined;
  const nameless = record.flatMap((cell, at) => (cell.trim() === "" || columns[at] ? [] : at + 1));
  if (nameless.length > 0) problems.push({ line, message: describeNameless(nameless) });
  record.forEach((cell, at) => {
    const column = columns[at];
    // A person sees no difference between a cell of spaces and an empty one.
    if (cell.trim() === "" || !column) return;
    if (errorValue.test(cell)) problems.push({ line, field: column, message: describeErrorValue(cell) });
    else if (column === keyColumn) key = cell;
    else {
      const schema = fields[column]!;
      const files = readFileList(schema, cell);
      const read = files
        ? { value: files }
        : valueOfText({ schema }, cell, { writer: "spreadsheet", ...format });
      if ("problem" in read) problems.push({ line, field: column, message: read.problem });
      else input[column] = read.value;
    }
  });
  const own = { input, line, ...(key !== undefined && { key }) };
  return problems.length > 0 ? { ...own, problems: problems.map((one) => ({ ...one, key })) } : own;
}

/** The values that spreadsheets show for a formula that failed, English and German, and for a column that is too narrow. */
const errorValue =
  /^(?:#(?:NAME\?|N\/A|NV|ERROR!|(?:REF|BEZUG|VALUE|WERT|DIV\/0|NULL|NUM|ZAHL|SPILL|CALC)!)|#{3,}|Err:\d{3})$/;

function describeErrorValue(cell: string): string {
  return cell.startsWith("##")
    ? `${cell} stands for a value that did not fit into its column: make the column wider, and save again`
    : `${cell} is an error of the spreadsheet: a text that begins with = or - must be entered as text, after a '`;
}

/** One problem for the row: a text that is not quoted falls into a cell at each separator. */
function describeNameless(places: readonly number[]): string {
  const others = places.length > 1 ? ` and ${places.length - 1} more` : "";
  return `has a value in column ${places[0]}${others}, which the first line does not name: a text that contains the separator must stand in quotes`;
}
