import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setInterval } from "node:timers/promises";
import { runGenerate } from "./generate.js";
import type { GenerateOptions } from "./generate.js";
import type { Streams } from "./output/report.js";

/** What watching needs from outside. */
export interface WatchSurroundings {
  /** Each item is a moment to look at the specs. Watching ends with it. */
  readonly moments: AsyncIterable<unknown>;
  readonly streams: Streams;
}

/**
 * Generates, and again each time that the specs have changed and then stood still for a moment. A spec that is wrong is
 * reported, and the next save tries again.
 *
 * The folder is looked at rather than listened to: that holds for every editor, for new and deleted folders, and for
 * network disks, where events go missing.
 */
export const watch = async (
  options: GenerateOptions,
  { moments, streams }: WatchSurroundings,
): Promise<void> => {
  let made = takeStock(options.specs);
  let seen = made;
  await runOnce(options, streams);
  streams.stderr.write(`Watching ${options.specs}. Ctrl-C ends it.\n`);
  for await (const _ of moments) {
    const now = takeStock(options.specs);
    const isStill = now === seen;
    seen = now;
    if (!isStill || now === made) continue;
    made = now;
    await runOnce(options, streams);
  }
};

/** Watches until Ctrl-C. Resolves with the exit code. */
export const runWatch = async (options: GenerateOptions): Promise<0> => {
  const stop = new AbortController();
  const end = () => stop.abort();
  process.once("SIGINT", end).once("SIGTERM", end);
  try {
    await watch(options, { moments: setInterval(150, undefined, { signal: stop.signal }), streams: process });
  } catch (cause) {
    if (!stop.signal.aborted) throw cause;
  } finally {
    process.off("SIGINT", end).off("SIGTERM", end);
  }
  process.stderr.write("Stopped; every generated file is whole.\n");
  return 0;
};

const runOnce = async (options: GenerateOptions, streams: Streams): Promise<void> => {
  try {
    await runGenerate(options, streams);
  } catch (cause) {
    streams.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
  }
};

/** Names, times, sizes and numbers of all JSON files: it differs whenever a file was saved, replaced, added or removed. */
const takeStock = (folder: string): string => {
  const lines: string[] = [];
  const visit = (path: string) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const below = join(path, entry.name);
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      if (entry.isDirectory()) visit(below);
      else if (entry.name.endsWith(".json")) {
        const stats = lstatSync(below, { throwIfNoEntry: false });
        lines.push(`${below} ${stats?.mtimeMs} ${stats?.size} ${stats?.ino}`);
      }
    }
  };
  try {
    visit(folder);
  } catch {
    // A folder that goes away while it is read looks different next time.
    lines.push("incomplete");
  }
  return lines.join("\n");
};
