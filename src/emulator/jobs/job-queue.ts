import type { Clock } from "../../time/clock.js";
import { describeJob } from "./emulated-job.js";
import type { EmulatedJob, Milliseconds, Outcome, QueuedJob } from "./emulated-job.js";

/** Jobs by id; the clock moves them through their states. */
export interface Queue {
  add(job: QueuedJob): void;
  /** The job in its present state; undefined if it never existed or was forgotten. */
  get(id: string): QueuedJob | undefined;
  /** Every job that was accepted. Forgotten ones are included: they are on the bill. */
  all(): readonly QueuedJob[];
  /** The number of jobs that wait before this one. */
  positionOf(job: QueuedJob): number;
  /** Cancels a queued job; false if the job has already left the queue. */
  cancel(job: QueuedJob): boolean;
  /** Ends a job at once. */
  finish(job: QueuedJob, outcome: Outcome): void;
  /** Hides a job from all requests, as if it had expired. */
  forget(id: string): void;
}

/** The times and the ends of the jobs of a queue. */
export interface QueueOptions {
  readonly clock: Clock;
  /** The number of jobs that run at once. */
  readonly concurrency: number;
  readonly queueMs: Milliseconds;
  readonly runMs: Milliseconds;
  readonly outcome: (job: EmulatedJob) => Outcome;
}

interface QueueState {
  readonly options: QueueOptions;
  readonly jobs: Map<string, QueuedJob>;
  readonly forgotten: Set<string>;
  readonly waiting: Set<QueuedJob>;
  readonly running: Set<QueuedJob>;
  /** The moment on the clock's scale up to which every start and end has been applied. */
  playedUntil: number;
}

/** Makes a queue without timers: each call first applies, in order, every start and end that is due by now. */
export function createQueue(options: QueueOptions): Queue {
  const { clock } = options;
  const state: QueueState = {
    options,
    jobs: new Map(),
    forgotten: new Set(),
    waiting: new Set(),
    running: new Set(),
    playedUntil: clock.now(),
  };
  return {
    add: (job) => addJob(state, job),
    get: (id) => {
      playDueChanges(state);
      return state.forgotten.has(id) ? undefined : state.jobs.get(id);
    },
    all: () => {
      playDueChanges(state);
      return [...state.jobs.values()];
    },
    positionOf: (job) => Math.max(0, [...state.waiting].indexOf(job)),
    cancel: (job) => cancelJob(state, job),
    finish: (job, outcome) => {
      playDueChanges(state);
      if (job.state === "in_queue" || job.state === "in_progress") endJob(state, job, clock.now(), outcome);
    },
    forget: (id) => {
      const job = state.jobs.get(id);
      if (!job) return;
      state.forgotten.add(id);
      state.waiting.delete(job);
      state.running.delete(job);
    },
  };
}

function addJob(state: QueueState, job: QueuedJob): void {
  playDueChanges(state);
  const { clock, queueMs } = state.options;
  job.readyAt = clock.now() + measure(queueMs, job);
  state.jobs.set(job.id, job);
  state.waiting.add(job);
}

function cancelJob(state: QueueState, job: QueuedJob): boolean {
  playDueChanges(state);
  if (job.state !== "in_queue") return false;
  state.waiting.delete(job);
  job.state = "cancelled";
  job.finishedAt = state.options.clock.date();
  return true;
}

function playDueChanges(state: QueueState): void {
  const { clock, concurrency, outcome } = state.options;
  const now = clock.now();
  for (;;) {
    const ending = findEarliest(state.running, (job) => job.endAt!);
    const hasRoom = state.running.size < concurrency;
    const starting = hasRoom ? findEarliest(state.waiting, (job) => job.readyAt) : undefined;
    const endsAt = ending?.endAt ?? Infinity;
    const startsAt = starting ? Math.max(starting.readyAt, state.playedUntil) : Infinity;
    const at = Math.min(endsAt, startsAt);
    if (at > now || at === Infinity) break;
    state.playedUntil = Math.max(state.playedUntil, at);
    if (ending && endsAt <= startsAt) endJob(state, ending, endsAt, outcome(describeJob(ending)));
    else if (starting) startJob(state, starting, startsAt);
  }
  state.playedUntil = Math.max(state.playedUntil, now);
}

function startJob(state: QueueState, job: QueuedJob, at: number): void {
  job.endAt = at + measure(state.options.runMs, job);
  state.waiting.delete(job);
  job.state = "in_progress";
  state.running.add(job);
}

function endJob(state: QueueState, job: QueuedJob, at: number, outcome: Outcome): void {
  const { clock } = state.options;
  job.outcome = outcome;
  job.state = outcome !== "succeeded" && "error" in outcome ? "failed" : "succeeded";
  job.finishedAt = clock.date() - (clock.now() - at);
  state.running.delete(job);
  state.waiting.delete(job);
}

function measure(ms: Milliseconds, job: QueuedJob): number {
  return typeof ms === "number" ? ms : ms(describeJob(job));
}

/** The first of the jobs with the smallest time. */
function findEarliest(jobs: Iterable<QueuedJob>, timeOf: (job: QueuedJob) => number): QueuedJob | undefined {
  let earliest: QueuedJob | undefined;
  for (const job of jobs) if (!earliest || timeOf(job) < timeOf(earliest)) earliest = job;
  return earliest;
}
