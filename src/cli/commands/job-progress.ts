import type { JobUpdate } from "../../index.js";
import type { SaveProgress } from "../../node/save/save-types.js";
import type { Clock } from "../../time/clock.js";
import { systemClock } from "../../time/clock.js";
import { plain } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";

/** Shows the state of a job: one live line on a terminal, a line for each change elsewhere. */
export interface JobProgress {
  readonly update: (update: JobUpdate) => void;
  readonly stop: () => void;
}

export function showJob(terminal: Terminal, clock: Clock = systemClock): JobProgress {
  const startedAt = clock.now();
  const ticking = new AbortController();
  let state = "submitted";
  const describe = (): string => `${state} · ${formatDuration(clock.now() - startedAt)}`;
  async function tick(): Promise<void> {
    while (!ticking.signal.aborted) {
      terminal.live(describe());
      await clock.sleep(1000, ticking.signal);
    }
  }
  if (terminal.isWatched) tick().catch(() => terminal.live(""));
  return {
    update: (update) => {
      state = describeUpdate(update);
      if (terminal.isWatched) terminal.live(describe());
      else terminal.say(describe());
    },
    stop: () => {
      ticking.abort();
      terminal.live("");
    },
  };
}

/** A job's state as short text: `in_queue, position 3`. */
export function describeUpdate(update: JobUpdate): string {
  const state =
    update.status === "unknown" ? `unknown state ${JSON.stringify(plain(update.word))}` : update.status;
  return update.queuePosition === undefined ? state : `${state}, position ${update.queuePosition}`;
}

function formatDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Shows how much of the files is saved: a bar on a terminal, a line for each file elsewhere. */
export function showSaving(terminal: Terminal): (progress: SaveProgress) => void {
  let reported = 0;
  return ({ bytes, totalBytes, files }) => {
    const count = `${files.done}/${files.count} ${files.count === 1 ? "file" : "files"}`;
    if (terminal.isWatched) terminal.live(`saving ${formatBar(bytes, totalBytes)} · ${count}`);
    else if (files.done > reported) {
      reported = files.done;
      terminal.say(`saved ${count} · ${formatBytes(bytes)}`);
    }
  };
}

function formatBar(bytes: number, totalBytes: number | undefined): string {
  const share = totalBytes ? bytes / totalBytes : undefined;
  const bar = share === undefined ? "" : `[${"#".repeat(Math.round(share * 20)).padEnd(20, ".")}] `;
  const total = totalBytes === undefined ? "" : ` of ${formatBytes(totalBytes)}`;
  return `${bar}${formatBytes(bytes)}${total}`;
}

function formatBytes(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB"];
  let at = 0;
  let amount = bytes;
  for (; amount >= 1000 && at < units.length - 1; at++) amount /= 1000;
  return `${at === 0 ? amount : amount.toFixed(1)} ${units[at]}`;
}
