import { basename, extname } from "node:path";
import { openBatchStore } from "../../adapters/pg-boss/batch-store.js";
import type { Store } from "../../once/record/store.js";
import { plain } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import type { BatchFiles } from "./batch-files.js";
import { openBatchRecord } from "./batch-files.js";
import type { ServiceArgs } from "../session/job-args.js";
import { connectQueue } from "./queue-connection.js";

/** The options of the commands about a batch that has run, as commander gives them. */
export interface BatchRecordArgs extends ServiceArgs {
  /** The address of the database of a batch that runs on workers. */
  readonly queue?: string;
}

/** The records of a batch, wherever they are. */
export interface BatchRecords {
  readonly store: Store;
  readonly space: string;
  /** The part of a command that names the place. */
  readonly flag: string;
  close(): Promise<void>;
}

/** The name of the file tells queued batches apart: it is the same on every machine. */
export function nameSpace({ rows }: BatchFiles): string {
  return basename(rows, extname(rows));
}

/** Opens the records of a batch that has run before: in the database of its queue, or beside its rows. */
export async function openBatchRecords(
  terminal: Terminal,
  files: BatchFiles,
  origin: string,
  { queue }: BatchRecordArgs,
): Promise<BatchRecords> {
  if (queue === undefined) {
    const store = await openBatchRecord(files);
    return { store, space: "", flag: "", close: () => store.close() };
  }
  const { pool, close } = await connectQueue(queue, (message) => terminal.say(`Warning: ${plain(message)}`));
  try {
    const { records } = await openBatchStore(pool, origin);
    return { store: records, space: nameSpace(files), flag: " --queue URL", close };
  } catch (error) {
    await close();
    throw error;
  }
}
