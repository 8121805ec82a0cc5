import { createHash } from "node:crypto";
import { digestInput } from "../../once/input-digest.js";
import { BatchError } from "./batch-error.js";
import type { BatchRow, RowProblem } from "./batch-row.js";

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

/** The first 52 bits of a hash: a batch may have millions of rows, and numbers take little memory. */
function toNumber(hash: string): number {
  return Number.parseInt(hash.slice(0, 13), 16);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * Gives each row its key: its own, or one of its model and input and, from the second equal row on, their count. Throws a BatchError
 * where two rows have one key and two inputs.
 */
export async function* keyRows(
  rows: AsyncIterable<BatchRow> | Iterable<BatchRow>,
  modelId: string,
): AsyncGenerator<KeyedRow> {
  const inputs = new Map<number, number>();
  const lines = new Map<number, number>();
  const counts = new Map<number, number>();
  let count = 0;
  for await (const { key: own, input, line = count + 1, problems = [] } of rows) {
    count++;
    const { inputHash } = await digestInput(input);
    let key = own ?? "";
    if (key === "") {
      const hash = hashOf(`${modelId}\n${inputHash}`);
      const nth = (counts.get(toNumber(hash)) ?? 0) + 1;
      counts.set(toNumber(hash), nth);
      key = nth === 1 ? hash.slice(0, 16) : `${hash.slice(0, 16)}-${nth}`;
    }
    const place = toNumber(hashOf(key));
    const there = inputs.get(place);
    if (there !== undefined && there !== toNumber(inputHash))
      throw new BatchError(
        `Line ${line} has the key ${JSON.stringify(key)} with another input than line ${lines.get(place)}. ` +
          "Give each job a key of its own. Nothing was sent.",
        {
          problems: [
            { line, key, message: `the key is taken by line ${lines.get(place)}, with another input` },
          ],
        },
      );
    inputs.set(place, toNumber(inputHash));
    if (there === undefined) lines.set(place, line);
    yield { key, input, inputHash, line, problems, isRepeated: there !== undefined };
  }
}
