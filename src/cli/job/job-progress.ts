import type { JobUpdate } from "../../index.js";
import type { SaveProgress } from "../../node/save/save-types.js";
import type { Clock } from "../../time/clock.js";
import { systemClock } from "../../time/clock.js";
import { plain } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import type { Session } from "../session/session.js";

/** Shows the state of a job: one live line on a terminal, a line for each change elsewhere. */
export interface JobProgress {
  readonly update: (update: JobUpdate) => void;
  readonly stop: () => void;
}

/** Facts about a job that its line may show; every key may be left out. */
export interface ProgressFacts {
  /** Milliseconds that jobs of this model usually take. */
  readonly usualMs?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** Shows the state of a job from now on. Pauses after "too many requests" are shown, too. */
export function showJob(
  session: Pick<Session, "terminal" | "onRequest">,
  { usualMs, clock = systemClock }: ProgressFacts = {},
): JobProgress {
  const { terminal, onRequest } = session;
  const startedAt = clock.now();
  let state = "accepted";
  let pausedUntil = 0;
  const usual = usualMs === undefined || usualMs < 1000 ? "" : ` (usually ${formatDuration(usualMs)})`;
  function describe(): string {
    const pauseMs = pausedUntil - clock.now();
    const pause = pauseMs > 0 ? `; too many requests, next poll in ${formatDuration(pauseMs + 999)}` : "";
    return `${state}, ${formatDuration(clock.now() - startedAt)}${usual}${pause}`;
  }
  const stopTicking = keepDrawing(terminal, describe, clock);
  session.onRequest = ({ status, retryAfterMs = 0 }) => {
    if (status === 429) pausedUntil = clock.now() + retryAfterMs;
  };
  return {
    update: (update) => {
      state = describeUpdate(update);
      if (terminal.isWatched) terminal.live(describe());
      else terminal.say(describe());
    },
    stop: () => {
      session.onRequest = onRequest;
      stopTicking();
    },
  };
}

/** Shows the phase of a paid request on a terminal: its connection, its answer, the pause before the next attempt. */
export function showSubmit(
  { terminal, host }: Pick<Session, "terminal" | "host">,
  clock: Clock = systemClock,
): SubmitProgress {
  let describe = (): string => `connecting to ${host}`;
  const stop = keepDrawing(terminal, () => describe(), clock);
  return {
    onSend: () => {
      describe = () => `sent to ${host}, waiting for the answer`;
      terminal.live(describe());
    },
    onRefused: ({ retryInMs }) => {
      if (retryInMs === undefined) return;
      const until = clock.now() + retryInMs;
      describe = () => {
        const leftMs = until - clock.now();
        return leftMs > 0 ? `next attempt in ${formatDuration(leftMs + 999)}` : `connecting to ${host}`;
      };
    },
    stop,
  };
}

/** The callbacks of a submit whose progress is shown. */
export interface SubmitProgress {
  readonly onSend: () => void;
  readonly onRefused: (event: { readonly retryInMs?: number }) => void;
  readonly stop: () => void;
}

/** Draws a live line anew each second, until the function that it gives is called. */
function keepDrawing(terminal: Terminal, describe: () => string, clock: Clock): () => void {
  const ticking = new AbortController();
  async function tick(): Promise<void> {
    while (!ticking.signal.aborted) {
      terminal.live(describe());
      await clock.sleep(1000, ticking.signal);
    }
  }
  if (terminal.isWatched) tick().catch(() => terminal.live(""));
  return () => {
    ticking.abort();
    terminal.live("");
  };
}

/** A job's state in words: `queued, 3rd in line`. */
export function describeUpdate({ status, word, queuePosition }: JobUpdate): string {
  if (status === "unknown") return `unknown state ${JSON.stringify(plain(word))}`;
  if (status === "in_progress") return "running";
  if (status !== "in_queue") return status;
  return queuePosition === undefined ? "queued" : `queued, ${formatOrdinal(queuePosition + 1)} in line`;
}

function formatOrdinal(count: number): string {
  const isTeen = Math.floor((count % 100) / 10) === 1;
  return `${count}${(!isTeen && ["th", "st", "nd", "rd"][count % 10]) || "th"}`;
}

/** A time as people say it: `42 s`, `1 min 5 s`. */
export function formatDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Shows the progress of saving: a bar on a terminal, a line for each file elsewhere. */
export function showSaving(terminal: Terminal): (progress: SaveProgress) => void {
  let reported = 0;
  return ({ bytes, totalBytes, files }) => {
    const count = `${files.done}/${files.count} ${files.count === 1 ? "file" : "files"}`;
    const total = totalBytes === undefined ? "" : ` of ${formatBytes(totalBytes)}`;
    if (terminal.isWatched)
      terminal.live(`saving ${formatBar(bytes, totalBytes)}${formatBytes(bytes)}${total} · ${count}`);
    else if (files.done > reported) {
      reported = files.done;
      terminal.say(`saved ${count} · ${formatBytes(bytes)}`);
    }
  };
}

/** A bar of twenty characters and a space; empty where the total is not known. */
export function formatBar(part: number, whole: number | undefined): string {
  if (!whole) return "";
  return `[${"#".repeat(Math.min(20, Math.round((part / whole) * 20))).padEnd(20, ".")}] `;
}

/** A size as people say it: `312 bytes`, `4.2 MB`. */
export function formatBytes(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB"];
  let at = 0;
  let amount = bytes;
  for (; amount >= 1000 && at < units.length - 1; at++) amount /= 1000;
  return `${at === 0 ? amount : amount.toFixed(1)} ${units[at]}`;
}
