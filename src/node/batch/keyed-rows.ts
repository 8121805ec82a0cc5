import { createHash } from "node:crypto";
import { InputError } from "../../errors/errors.js";
import { digestInput } from "../../once/record/input-digest.js";
import type { AttachInput } from "../../once/once-types.js";
import { BatchError } from "./batch-error.js";
import type { BatchRow, RowProblem } from "./batch-row.js";
import { KeyTable } from "./key-table.js";
import { describeRowIssue } from "./row-issue.js";

/** A row with its key. */
export interface KeyedRow {
  readonly key: string;
  readonly input: BatchRow["input"];
  readonly inputHash: string;
  readonly line: number;
  readonly problems: readonly RowProblem[];
  /** True where an earlier row has the same key and the same input: they are one job. */
  readonly isRepeated: boolean;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * Gives each row its key: its own, or one of its model and input and, from the second equal row on, their count. Files count by their
 * bytes where `attach` notes them. Throws a BatchError where two rows have one key and two inputs.
 */
export async function* keyRows(
  rows: AsyncIterable<BatchRow> | Iterable<BatchRow>,
  modelId: string,
  attach?: AttachInput,
): AsyncGenerator<KeyedRow> {
  const known = new KeyTable();
  const repeated = new Map<string, number>();
  let count = 0;
  for await (const row of rows) {
    const { key: own, input, line = count + 1 } = row;
    count++;
    const { inputHash, problems } = await digestRow({ ...row, line }, attach);
    const key = own ? own : makeKey(hashOf(`${modelId}\n${inputHash}`).slice(0, 16), known, repeated);
    const hash = hashOf(key);
    const there = known.get(hash);
    const start = Number.parseInt(inputHash.slice(0, 8), 16);
    if (there && there.input !== start) throw keyTaken(key, line, there.line);
    if (!there) known.add(hash, { input: start, line });
    yield { key, input, inputHash, line, problems, isRepeated: there !== undefined };
  }
}

/** The hash of a row's input. A file that cannot be read is a problem of its row. */
async function digestRow(
  { key, line = 0, input, problems = [] }: BatchRow,
  attach: AttachInput | undefined,
): Promise<{ readonly inputHash: string; readonly problems: readonly RowProblem[] }> {
  if (!attach?.note || problems.length > 0) return { ...(await digestInput(input)), problems };
  try {
    return { ...(await digestInput(await attach.note(input, {}))), problems };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const found = error.issues.map((issue) => describeRowIssue({ key, line }, issue));
    return { ...(await digestInput(input)), problems: found };
  }
}

/** The key of a row without one; the second row with the same input and the further ones count themselves. */
function makeKey(start: string, known: KeyTable, repeated: Map<string, number>): string {
  if (!known.get(hashOf(start))) return start;
  const nth = (repeated.get(start) ?? 1) + 1;
  repeated.set(start, nth);
  return `${start}-${nth}`;
}

function keyTaken(key: string, line: number, otherLine: number): BatchError {
  const message = `the key is taken by line ${otherLine}, with another input`;
  return new BatchError(
    `Line ${line} has the key ${JSON.stringify(key)} with another input than line ${otherLine}. ` +
      "Give each job a key of its own. Nothing was sent.",
    { problems: [{ line, key, message }] },
  );
}
