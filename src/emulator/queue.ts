import type { Json } from "../input/model.js";
import type { Clock } from "../time/clock.js";
import type { EmulatorModel } from "./models.js";

/** Where a job stands. */
export type JobState = "in_queue" | "in_progress" | "succeeded" | "failed" | "cancelled";

/** A job that was accepted, as the log keeps it. `state` is that of the last look. */
export interface EmulatedJob {
  readonly id: string;
  /** The model's id. */
  readonly model: string;
  readonly input: { readonly [name: string]: Json };
  /** When it was accepted, in milliseconds since 1970. */
  readonly at: number;
  readonly state: JobState;
  /** Whether it is on the bill: true once accepted, false again once cancelled in the queue. */
  readonly charged: boolean;
  /** Its price in US dollars. */
  readonly costUsd: number;
}

/** How a job ends: with success, with an `output` of the caller's own, or with an `error`. */
export type Outcome = "succeeded" | { readonly output: Json } | { readonly error: Json };

/** Milliseconds, the same for every job or by job. */
export type Milliseconds = number | ((job: EmulatedJob) => number);

/** A job with what only the emulator knows. */
export interface QueuedJob extends EmulatedJob {
  state: JobState;
  charged: boolean;
  /** The model as it was on offer when the job was accepted. */
  readonly offer: EmulatorModel;
  /** Whose token sent it. */
  readonly account: string;
  readonly costMicrodollars: number;
  /** On the clock's scale: not taken from the queue before this. */
  readyAt: number;
  /** On the clock's scale; set when it starts. */
  endAt?: number;
  /** In milliseconds since 1970; set when it ends. */
  finishedAt?: number;
  outcome?: Outcome;
}

/** Jobs by id, moved through their states by the clock. */
export interface Queue {
  add(job: QueuedJob): void;
  /** The job as it stands now; undefined where there is none, or none any more. */
  get(id: string): QueuedJob | undefined;
  /** Those that were forgotten, too: they are on the bill. */
  all(): readonly QueuedJob[];
  /** How many wait before this one. */
  positionOf(job: QueuedJob): number;
  /** Takes a job from the queue; false where it is no longer there. */
  cancel(job: QueuedJob): boolean;
  /** Ends a job at once. */
  finish(job: QueuedJob, outcome: Outcome): void;
  /** Lets a job be gone for those who ask for it. */
  forget(id: string): void;
}

export interface QueueOptions {
  readonly clock: Clock;
  /** How many jobs run at once. */
  readonly concurrency: number;
  readonly queueMs: Milliseconds;
  readonly runMs: Milliseconds;
  readonly outcome: (job: EmulatedJob) => Outcome;
}

/** Makes a queue. Nothing in it runs by a timer: each look first plays, in order, what has happened since the last one. */
export function createQueue({ clock, concurrency, queueMs, runMs, outcome }: QueueOptions): Queue {
  const jobs = new Map<string, QueuedJob>();
  const forgotten = new Set<string>();
  let waiting: QueuedJob[] = [];
  let running: QueuedJob[] = [];
  /** The moment up to which everything has been played. */
  let played = clock.now();

  function end(job: QueuedJob, at: number, result: Outcome) {
    job.outcome = result;
    job.state = result !== "succeeded" && "error" in result ? "failed" : "succeeded";
    job.finishedAt = clock.date() - (clock.now() - at);
    running = running.filter((other) => other !== job);
    waiting = waiting.filter((other) => other !== job);
  }

  function start(job: QueuedJob, at: number) {
    job.endAt = at + measure(runMs, job);
    waiting = waiting.filter((other) => other !== job);
    job.state = "in_progress";
    running.push(job);
  }

  function play() {
    const now = clock.now();
    for (;;) {
      const ending = earliest(running, (job) => job.endAt!);
      const starting = running.length < concurrency ? earliest(waiting, (job) => job.readyAt) : undefined;
      const endsAt = ending?.endAt ?? Infinity;
      const startsAt = starting ? Math.max(starting.readyAt, played) : Infinity;
      const at = Math.min(endsAt, startsAt);
      if (at > now || at === Infinity) break;
      played = Math.max(played, at);
      if (ending && endsAt <= startsAt) end(ending, endsAt, outcome(describeJob(ending)));
      else if (starting) start(starting, startsAt);
    }
    played = Math.max(played, now);
  }

  return {
    add: (job) => {
      play();
      job.readyAt = clock.now() + measure(queueMs, job);
      jobs.set(job.id, job);
      waiting.push(job);
    },
    get: (id) => {
      play();
      return forgotten.has(id) ? undefined : jobs.get(id);
    },
    all: () => {
      play();
      return [...jobs.values()];
    },
    positionOf: (job) => Math.max(0, waiting.indexOf(job)),
    cancel: (job) => {
      play();
      if (job.state !== "in_queue") return false;
      waiting = waiting.filter((other) => other !== job);
      job.state = "cancelled";
      job.finishedAt = clock.date();
      return true;
    },
    finish: (job, result) => {
      play();
      if (job.state === "in_queue" || job.state === "in_progress") end(job, clock.now(), result);
    },
    forget: (id) => {
      const job = jobs.get(id);
      if (!job) return;
      forgotten.add(id);
      waiting = waiting.filter((other) => other !== job);
      running = running.filter((other) => other !== job);
    },
  };
}

function measure(ms: Milliseconds, job: QueuedJob): number {
  return typeof ms === "number" ? ms : ms(describeJob(job));
}

/** The public side of a job: no token, and nothing that moves on later. */
export function describeJob({ id, model, input, at, state, charged, costUsd }: QueuedJob): EmulatedJob {
  return {
    id,
    model,
    input,
    at,
    state,
    charged,
    costUsd,
  };
}

/** The first of those with the smallest key. */
function earliest(jobs: readonly QueuedJob[], key: (job: QueuedJob) => number): QueuedJob | undefined {
  let best: QueuedJob | undefined;
  for (const job of jobs) if (!best || key(job) < key(best)) best = job;
  return best;
}
