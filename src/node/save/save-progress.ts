import type { Clock } from "../../time/clock.js";
import type { SaveProgress } from "./save-types.js";

/** Counts one file's bytes. */
export interface FileProgress {
  readonly move: (bytes: number, total: number | undefined) => void;
  readonly end: (failed: boolean) => void;
}

const intervalMs = 100;

interface Row {
  bytes: number;
  total: number | undefined;
  state: "open" | "done" | "failed";
  reported: number;
}

/** Adds up the progress of all files and reports it, ten times a second at most for each file. */
export function trackProgress(
  clock: Clock,
  count: number,
  onProgress: ((progress: SaveProgress) => void) | undefined,
): { readonly of: (index: number, from: string) => FileProgress } {
  const rows = Array.from({ length: count }, (): Row => ({
    bytes: 0,
    total: undefined,
    state: "open",
    reported: -Infinity,
  }));
  function tell(row: Row, index: number, from: string): void {
    row.reported = clock.now();
    const known = rows.every(({ total, state }) => total !== undefined || state !== "open");
    const sum = (value: (row: Row) => number): number => rows.reduce((all, each) => all + value(each), 0);
    try {
      onProgress?.({
        file: { index, from, bytes: row.bytes, ...(row.total !== undefined && { totalBytes: row.total }) },
        files: {
          done: sum(({ state }) => Number(state === "done")),
          failed: sum(({ state }) => Number(state === "failed")),
          count,
        },
        bytes: sum(({ bytes }) => bytes),
        ...(known && { totalBytes: sum(({ total, bytes }) => total ?? bytes) }),
      });
    } catch {
      // A display that breaks must not cost the file.
    }
  }
  return {
    of: (index, from) => {
      const row = rows[index]!;
      return {
        move: (bytes, total) => {
          row.bytes = bytes;
          row.total = total;
          if (clock.now() - row.reported >= intervalMs) tell(row, index, from);
        },
        end: (failed) => {
          row.state = failed ? "failed" : "done";
          if (!failed) row.total = row.bytes;
          tell(row, index, from);
        },
      };
    },
  };
}
