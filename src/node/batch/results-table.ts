import { createWriteStream } from "node:fs";
import { once as nextEvent } from "node:events";
import { rename, rm } from "node:fs/promises";
import type { JobRecord } from "../../once/record/record.js";

const columns = ["key", "job", "state", "cost", "files", "error"] as const;

/** One line of the table of results. */
export type ResultLine = { readonly [column in (typeof columns)[number]]: string };

/** The line of a record. Several files are written as cells of rows have them. */
export function toResultLine({ key, job, state, costUsd, files = [], error }: JobRecord): ResultLine {
  return {
    key,
    job: job?.id ?? "",
    state,
    cost: costUsd === undefined ? "" : String(costUsd),
    files: files.map(({ path }) => path).join("; "),
    error: error?.message ?? "",
  };
}

/**
 * Writes the table of results in place of an older one, in one step. Rejects where the path cannot be written, as while a spreadsheet
 * has the file open on Windows. `row-results.ts` decides when it is written.
 */
export async function writeResults(path: string, lines: AsyncIterable<ResultLine>): Promise<void> {
  const next = `${path}.new`;
  try {
    const file = createWriteStream(next, { mode: 0o600 });
    const failed = nextEvent(file, "error").then(([error]) => Promise.reject(error as Error));
    failed.catch(() => {});
    const write = async (text: string) => {
      if (!file.write(text)) await Promise.race([nextEvent(file, "drain"), failed]);
    };
    await write(`${columns.join(",")}\n`);
    for await (const line of lines)
      await write(`${columns.map((column) => quoteCell(line[column])).join(",")}\n`);
    file.end();
    await Promise.race([nextEvent(file, "close"), failed]);
    await rename(next, path);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  }
}

/** A cell that no spreadsheet takes for a formula. */
function quoteCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",;\r\n\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
