import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { once as nextEvent } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { BatchRow } from "./batch-row.js";

/** Rows that can be read more than once. */
export interface Spool {
  readonly rows: AsyncIterable<BatchRow> | Iterable<BatchRow>;
  /** Removes the copy, where there is one. */
  remove(): Promise<void>;
}

/** Rows that can be read more than once: themselves, or a copy in a temporary file where they are used up by reading. */
export async function spoolRows(given: AsyncIterable<BatchRow> | Iterable<BatchRow>): Promise<Spool> {
  if (isRepeatable(given)) return { rows: given, remove: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), "runcomfy-rows-"));
  const path = join(folder, "rows.jsonl");
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const file = createWriteStream(path, { mode: 0o600 });
    let line = 0;
    for await (const row of given) {
      line++;
      if (!file.write(`${JSON.stringify({ line, ...row })}\n`)) await nextEvent(file, "drain");
    }
    file.end();
    await nextEvent(file, "finish");
  } catch (error) {
    await remove();
    throw error;
  }
  const rows = {
    [Symbol.asyncIterator]: async function* (): AsyncGenerator<BatchRow> {
      for await (const text of createInterface({ input: createReadStream(path) })) yield JSON.parse(text);
    },
  };
  return { rows, remove };
}

/** An iterator gives itself when it is asked for an iterator, and can be used once. */
function isRepeatable(rows: AsyncIterable<BatchRow> | Iterable<BatchRow>): boolean {
  return !("next" in rows);
}
