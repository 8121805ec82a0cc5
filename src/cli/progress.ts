import type { JobUpdate } from "../index.js";
import type { SaveProgress } from "../node/save/save-types.js";
import type { Clock } from "../time/clock.js";
import { systemClock } from "../time/clock.js";
import { plain } from "./terminal.js";
import type { Terminal } from "./terminal.js";

/** Shows where a job stands: one live line on a terminal, a line for each change elsewhere. */
export interface JobProgress {
  readonly update: (update: JobUpdate) => void;
  readonly stop: () => void;
}

export function showJob(terminal: Terminal, clock: Clock = systemClock): JobProgress {
  const started = clock.now();
  const ticking = new AbortController();
  let state = "submitted";
  const draw = (): void => terminal.live(`${state} · ${describeTime(clock.now() - started)}`);
  async function tick(): Promise<void> {
    while (!ticking.signal.aborted) {
      draw();
      await clock.sleep(1000, ticking.signal);
    }
  }
  if (terminal.isWatched) tick().catch(() => terminal.live(""));
  return {
    update: (update) => {
      state = describeUpdate(update);
      if (terminal.isWatched) draw();
      else terminal.say(`${state} · ${describeTime(clock.now() - started)}`);
    },
    stop: () => {
      ticking.abort();
      terminal.live("");
    },
  };
}

/** A job's state in words: `in_queue, 3 ahead`. */
export function describeUpdate(update: JobUpdate): string {
  const state =
    update.status === "unknown" ? `unknown state ${JSON.stringify(plain(update.word))}` : update.status;
  return update.queuePosition === undefined ? state : `${state}, position ${update.queuePosition}`;
}

function describeTime(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Shows how far the files have come: a bar on a terminal, a line for each file elsewhere. */
export function showSaving(terminal: Terminal): (progress: SaveProgress) => void {
  let said = 0;
  return ({ bytes, totalBytes, files }) => {
    const count = `${files.done}/${files.count} ${files.count === 1 ? "file" : "files"}`;
    if (terminal.isWatched) {
      const share = totalBytes === undefined || totalBytes === 0 ? undefined : bytes / totalBytes;
      const bar = share === undefined ? "" : `[${"#".repeat(Math.round(share * 20)).padEnd(20, ".")}] `;
      const whole = totalBytes === undefined ? "" : ` of ${describeBytes(totalBytes)}`;
      terminal.live(`saving ${bar}${describeBytes(bytes)}${whole} · ${count}`);
    } else if (files.done > said) {
      said = files.done;
      terminal.say(`saved ${count} · ${describeBytes(bytes)}`);
    }
  };
}

/** Bytes as people read them: `1.4 MB`. */
export function describeBytes(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB"];
  let at = 0;
  let amount = bytes;
  for (; amount >= 1000 && at < units.length - 1; at++) amount /= 1000;
  return `${at === 0 ? amount : amount.toFixed(1)} ${units[at]}`;
}
