import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setInterval } from "node:timers/promises";
import { messageOf } from "../../src/errors/error-message.js";

/** The surroundings of a watch. */
export interface WatchOptions {
  /** The folder to watch. */
  readonly specs: string;
  /** Called at first, and again after each change. */
  readonly run: () => Promise<unknown>;
  /** Takes messages that are not part of a run: start, end, unexpected errors. */
  readonly say: (text: string) => void;
  /** The folder is read once for each item. The watch ends with the items. */
  readonly moments: AsyncIterable<unknown>;
}

/**
 * Runs at once, and again each time that the specs have changed and then stayed the same for a moment. A wrong spec is reported, and the
 * next save runs again.
 *
 * The folder is polled. Events would be lost on network disks, in new folders, and with editors that replace files.
 */
export async function watch({ specs, run, say, moments }: WatchOptions): Promise<void> {
  async function runOnce() {
    try {
      await run();
    } catch (cause) {
      say(messageOf(cause));
    }
  }
  let made = describeFiles(specs);
  let seen = made;
  await runOnce();
  say(`Watching ${specs}. Ctrl-C ends it.`);
  for await (const _ of moments) {
    const now = describeFiles(specs);
    const isStill = now === seen;
    seen = now;
    if (!isStill || now === made) continue;
    made = now;
    await runOnce();
  }
}

/** Watches until Ctrl-C; a run that is under way is finished first. */
export async function watchUntilInterrupt(options: Omit<WatchOptions, "moments">): Promise<void> {
  const stop = new AbortController();
  const end = () => stop.abort();
  process.once("SIGINT", end).once("SIGTERM", end);
  try {
    await watch({ ...options, moments: setInterval(150, undefined, { signal: stop.signal }) });
  } catch (cause) {
    if (!stop.signal.aborted) throw cause;
  } finally {
    process.off("SIGINT", end).off("SIGTERM", end);
  }
  options.say("Stopped; every generated file is whole.");
}

/** Describes names, times, sizes and inodes of all JSON files: the text differs whenever a file was saved, replaced, added or removed. */
function describeFiles(folder: string): string {
  const lines: string[] = [];
  function visit(path: string) {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const below = join(path, entry.name);
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      if (entry.isDirectory()) visit(below);
      else if (entry.name.endsWith(".json")) {
        const stats = lstatSync(below, { throwIfNoEntry: false });
        lines.push(`${below} ${stats?.mtimeMs} ${stats?.size} ${stats?.ino}`);
      }
    }
  }
  try {
    visit(folder);
  } catch {
    // A folder that vanishes while it is read counts as changed the next time.
    lines.push("incomplete");
  }
  return lines.join("\n");
}
