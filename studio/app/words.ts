import type { State } from "../../src/once/record/record.js";
import type { PriceEstimate } from "../../src/studio/api-types.js";
import type { StudioJob } from "../../src/studio/job-api-types.js";

/** US dollars with two digits, or with as many as a small amount needs. */
export function showUsd(usd: number): string {
  if (usd === 0) return "$0";
  if (usd >= 0.1 || Number.isInteger(usd * 100)) return `$${usd.toFixed(2)}`;
  return `$${Number(usd.toPrecision(2)).toString()}`;
}

/** The price of a job: "$0.42", "at least $0.42", "price not known". */
export function showPrice({
  usd,
  bound,
}: {
  readonly usd?: number | undefined;
  readonly bound: PriceEstimate["bound"];
}): string {
  if (usd === undefined) return "price not known";
  return bound === "exact" ? showUsd(usd) : `at least ${showUsd(usd)}`;
}

export function showBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`;
}

/** A length of time: "8 s", "2 min 5 s", "1 h 3 min". */
export function showTime(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const dateFormat = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

export function showDate(date: string): string {
  return dateFormat.format(new Date(date));
}

export function showCount(count: number, one: string): string {
  return `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;
}

export const stateWords: { readonly [state in State]: string } = {
  new: "Waiting to be sent",
  held: "Held by the budget",
  sending: "Being sent",
  accepted: "Accepted",
  unknown: "Perhaps paid",
  done: "Done",
  failed: "Failed",
  cancelled: "Cancelled",
  rejected: "Refused",
};

/** The present step of a job in a few words. */
export function showState(job: StudioJob): string {
  if (job.state !== "accepted") return stateWords[job.state];
  if (job.status === "in_queue") {
    return job.queuePosition === undefined ? "In the queue" : `In the queue, ${job.queuePosition} ahead`;
  }
  if (job.status === "in_progress") return "Running";
  if (job.status === "saving" || job.status === "completed") return "Saving the files";
  return "Accepted";
}

/** The time that a job took, or has taken until now. */
export function elapsedMs(job: StudioJob, nowMs: number): number {
  if (job.tookMs !== undefined) return job.tookMs;
  const end = job.endedAt === undefined ? nowMs : Date.parse(job.endedAt);
  return end - Date.parse(job.startedAt);
}

/** The text that tells jobs of one model apart: the prompt, or else the first text of the input. */
export function captionOf(job: StudioJob): string {
  const input = Object(job.input) as { readonly [name: string]: unknown };
  const texts = [input["prompt"], ...Object.values(input)];
  const text = texts.find((value) => typeof value === "string" && value !== "");
  return typeof text === "string" ? text : job.title;
}
