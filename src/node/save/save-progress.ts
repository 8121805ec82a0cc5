import type { Clock } from "../../time/clock.js";
import type { SaveProgress } from "./save-types.js";

/** Takes the progress of one file. */
export interface FileProgress {
  readonly advance: (bytes: number, total: number | undefined) => void;
  readonly end: (failed: boolean) => void;
}

const intervalMs = 100;

/** The progress of one file so far. */
interface FileState {
  bytes: number;
  total: number | undefined;
  state: "open" | "done" | "failed";
  reportedAt: number;
}

/** Adds up the progress of all files and reports it, at most ten times a second for each file. */
export function trackProgress(
  clock: Clock,
  sources: readonly string[],
  onProgress: (progress: SaveProgress) => void = () => undefined,
): FileProgress[] {
  const states = sources.map((): FileState => ({
    bytes: 0,
    total: undefined,
    state: "open",
    reportedAt: -Infinity,
  }));
  const sums = { done: 0, failed: 0, bytes: 0, totalBytes: 0, untold: states.length };
  function change(file: FileState, next: Partial<FileState>): void {
    count(sums, file, -1);
    Object.assign(file, next);
    count(sums, file, 1);
  }
  function report(index: number): void {
    const file = states[index]!;
    const { done, failed, bytes, totalBytes, untold } = sums;
    file.reportedAt = clock.now();
    try {
      onProgress({
        file: { index, from: sources[index]!, ...countBytes(file.bytes, file.total) },
        files: { done, failed, count: states.length },
        ...countBytes(bytes, untold === 0 ? totalBytes : undefined),
      });
    } catch {
      // An error of the caller's progress display must not fail the file.
    }
  }
  return states.map((file, index) => ({
    advance: (bytes, total) => {
      change(file, { bytes, total });
      if (clock.now() - file.reportedAt >= intervalMs) report(index);
    },
    end: (failed) => {
      change(file, failed ? { state: "failed" } : { state: "done", total: file.bytes });
      report(index);
    },
  }));
}

function countBytes(bytes: number, total: number | undefined): Pick<SaveProgress, "bytes" | "totalBytes"> {
  return { bytes, ...(total !== undefined && { totalBytes: total }) };
}

/** The sums of all files; `untold` counts those whose length is not known. */
interface Sums {
  done: number;
  failed: number;
  bytes: number;
  totalBytes: number;
  untold: number;
}

/** Adds a file to the sums, or takes it out: adding up all files at each report would take the square of their number. */
function count(sums: Sums, { bytes, total, state }: FileState, sign: 1 | -1): void {
  if (state !== "open") sums[state] += sign;
  const size = total ?? (state === "open" ? undefined : bytes);
  sums.bytes += sign * bytes;
  if (size === undefined) sums.untold += sign;
  else sums.totalBytes += sign * size;
}
