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
  function report(index: number): void {
    const file = states[index]!;
    file.reportedAt = clock.now();
    try {
      onProgress({
        file: { index, from: sources[index]!, ...countBytes(file.bytes, file.total) },
        ...addUp(states),
      });
    } catch {
      // An error of the caller's progress display must not fail the file.
    }
  }
  return states.map((file, index) => ({
    advance: (bytes, total) => {
      file.bytes = bytes;
      file.total = total;
      if (clock.now() - file.reportedAt >= intervalMs) report(index);
    },
    end: (failed) => {
      file.state = failed ? "failed" : "done";
      if (!failed) file.total = file.bytes;
      report(index);
    },
  }));
}

function countBytes(bytes: number, total: number | undefined): Pick<SaveProgress, "bytes" | "totalBytes"> {
  return { bytes, ...(total !== undefined && { totalBytes: total }) };
}

function addUp(states: readonly FileState[]): Omit<SaveProgress, "file"> {
  const files = { done: 0, failed: 0, count: states.length };
  let sum = 0;
  let totalSum: number | undefined = 0;
  for (const { bytes, total, state } of states) {
    if (state !== "open") files[state]++;
    sum += bytes;
    const size: number | undefined = total ?? (state === "open" ? undefined : bytes);
    totalSum = size === undefined || totalSum === undefined ? undefined : totalSum + size;
  }
  return { files, ...countBytes(sum, totalSum) };
}
