import type { JobRef } from "../errors/errors.js";
import { callHook } from "../options/callbacks.js";
import { isPassing } from "../wire/requests.js";
import type { Http } from "../wire/requests.js";
import { count, createLoop, dueOf, endOf, isFrozen, tooLate } from "./wait.js";
import type { JobState, Loop, Seat, Waiter } from "./wait.js";
import { isMissing, lagMs, lookAtResult, lookAtStatus } from "./job-requests.js";
import { isFinal } from "../protocol/status.js";
import { onAbort } from "../time/clock.js";

/** The loops of one client: one for each job that is waited for, however many wait. */
export interface Poller {
  /** Begins to wait. With the last waiter gone, nothing is asked any more. */
  join(job: JobState, waiter: Waiter): void;
  /** The service wants no look at a job before this moment: whoever waits for it later, by any handle, must not look sooner. */
  hold(id: string, holdUntil: number, lastError?: unknown): void;
}

/** A finished job's result may be missing for so long. */
const resultLagMs = 120_000;

/** A timer that is late by more than this was held up with the whole machine, or its program. */
const sleptMs = 1000;

/** What an error may tell of itself. */
interface Faults {
  readonly status?: number;
  readonly retryAfterMs?: number;
  readonly code?: string;
}

/** The loops of one client. */
export function createPoller(http: Http): Poller {
  const { settings, pace } = http;
  const { clock, log, requestTimeoutMs } = settings;
  const loops = new Map<string, Loop>();
  const held = new Map<string, Pick<Loop, "holdUntil" | "lastError">>();
  let room = 0;

  /** Keeps the time: begins each look when it is due, and sends home whose time is over, also in the middle of a look. */
  async function run(loop: Loop): Promise<void> {
    for (let planned = Infinity; ;) {
      const now = clock.now();
      for (const seat of loop.seats) {
        if (seat.deadline < planned || seat.deadline > now) continue;
        // Slept through: whatever look was out is not what the machine wakes to. Else its time is over, looked or not.
        seat.looked = now - planned <= sleptMs;
        if (!seat.looked && loop.look) loop.look.since = now;
      }
      const mayLook = !loop.look && now >= dueOf(loop);
      for (const seat of loop.seats) {
        const late = endOf(loop, seat, requestTimeoutMs) <= now;
        if (!late || (mayLook && !seat.looked)) continue;
        const isHeldUp = loop.look?.until === Infinity && pace.isSlow();
        const cause = isHeldUp ? pace.refusal(loop.ref) : loop.lastError;
        leave(loop, seat, { error: tooLate(loop, seat, cause) });
      }
      if (loop.seats.size === 0) return;
      if (mayLook) void look(loop, now).catch((error: unknown) => finish(loop, { error }));
      const end = Math.min(...[...loop.seats].map((seat) => endOf(loop, seat, requestTimeoutMs)));
      // While a request is out nothing sleeps for longer than it may take: a virtual clock would leap over its answer.
      const until = loop.look ? (loop.look.until > now ? loop.look.until : Infinity) : dueOf(loop);
      planned = Math.min(end, until);
      await nap(loop, planned);
    }
  }

  async function nap(loop: Loop, until: number): Promise<void> {
    const timer = new AbortController();
    const woken = new Promise<void>((wake) => {
      loop.wake = wake;
      if (until < Infinity) clock.sleep(until - clock.now(), timer.signal).then(wake, wake);
    });
    await woken;
    timer.abort();
  }

  async function look(loop: Loop, since: number): Promise<void> {
    const { finishedAt } = loop;
    const taken = (loop.look = { since, until: Infinity });
    try {
      await pace.turn([loop.stop.signal], finishedAt !== undefined && loop.errors === 0);
      const now = clock.now();
      taken.until = now + requestTimeoutMs;
      loop.wake();
      for (const seat of loop.seats) seat.looked ||= now >= seat.lastLook;
      await (finishedAt === undefined ? lookForStatus(loop) : lookForResult(loop));
      loop.errors = loop.missing = 0;
      loop.lastError = undefined;
    } catch (error) {
      if (loop.stop.signal.aborted) return;
      noteError(loop, error);
    }
    const fresh = finishedAt === undefined && loop.finishedAt !== undefined;
    // Whoever's last look this was still gets the result that it found.
    if (fresh) for (const seat of loop.seats) seat.looked = false;
    const now = clock.now();
    loop.next = now + (fresh ? 0 : pace.gap(now - loop.begin, loop.errors));
    loop.soonest = now + settings.minGapMs;
    loop.look = undefined;
    loop.wake();
  }

  async function lookForStatus(loop: Loop): Promise<void> {
    const { update, reply } = await lookAtStatus(http, loop.ref, [loop.stop.signal]);
    loop.holdUntil = clock.now() + (reply.retryAfterMs ?? 0);
    count(loop, update.word);
    if (isFrozen(loop, reply.date, clock.now())) {
      log(
        "warn",
        `Job ${update.requestId}: the answers' date stands still; something on the way caches them.`,
      );
    }
    const { status, queuePosition } = loop.update ?? {};
    if (
      update.status !== status ||
      update.queuePosition !== queuePosition ||
      update.word !== loop.update?.word
    ) {
      loop.update = update;
      // A hook may make others join, who are told as they do, or leave.
      const seats = [...loop.seats];
      if (update.status === "unknown")
        log("warn", `Job ${update.requestId}: unknown status "${update.word}"; the wait goes on.`);
      if (settings.onStatus) callHook(log, () => settings.onStatus!({ ...update }, { ...loop.ref }));
      for (const seat of seats) if (loop.seats.has(seat)) callHook(log, () => seat.onUpdate({ ...update }));
    }
    if (!isFinal(update.status)) return;
    if (update.status === "cancelled")
      return finish(loop, { ending: { state: "cancelled", raw: reply.body } });
    loop.finishedAt = clock.now();
    for (const seat of loop.seats) if (!seat.wantsResult) leave(loop, seat);
  }

  async function lookForResult(loop: Loop): Promise<void> {
    // The cost is an extra: whatever becomes of the look that asks for it, the next one does without.
    const { withCost } = loop;
    loop.withCost = !withCost;
    const { ending, retryAfterMs = 0 } = await lookAtResult(http, loop.ref, withCost, [loop.stop.signal]);
    if (ending) return finish(loop, { ending });
    loop.holdUntil = clock.now() + retryAfterMs;
    count(loop, "result not ready");
    loop.finishedAt = undefined;
  }

  /** A failed look never ends the wait, unless the service says for certain that there is nothing to wait for. */
  function noteError(loop: Loop, error: unknown): void {
    const { status = 0, retryAfterMs = 0, code = "unknown" } = error as Faults;
    const now = clock.now();
    loop.errors++;
    loop.lastError = error;
    loop.holdUntil = now + retryAfterMs;
    count(loop, status ? `HTTP ${status}` : code);
    loop.missing = isMissing(error) ? loop.missing + 1 : 0;
    const { finishedAt, missing, update } = loop;
    const unsure = isPassing(error) || code === "connection" || missing > 0;
    for (const seat of loop.seats) {
      const { born, submitted } = seat.job;
      const gone =
        finishedAt !== undefined
          ? (missing > 0 || status === 409 || status === 425) && now - finishedAt >= resultLagMs
          : missing > 1 && (update !== undefined || now - born >= lagMs);
      const hopeless = !submitted && !update && !unsure;
      if (gone || hopeless) leave(loop, seat, { error });
    }
    if (loop.seats.size > 0) log("warn", `Job ${loop.ref.id}: ${(error as Error).message} The wait goes on.`);
  }

  function finish(loop: Loop, end: Parameters<Waiter["onEnd"]>[0]): void {
    for (const seat of loop.seats) leave(loop, seat, end);
  }

  function leave(loop: Loop, seat: Seat, end: Parameters<Waiter["onEnd"]>[0] = {}): void {
    if (!loop.seats.delete(seat)) return;
    seat.detach();
    if (loop.seats.size === 0) {
      const key = keyOf(loop.ref);
      if (loops.get(key) === loop) loops.delete(key);
      hold(loop.ref.id, loop.holdUntil, loop.lastError);
      loop.stop.abort();
      loop.wake();
    }
    seat.onEnd(end);
  }

  const hold: Poller["hold"] = (id, holdUntil, lastError) => {
    const now = clock.now();
    if (holdUntil <= now) return;
    held.set(id, { holdUntil, lastError });
    if (held.size <= room) return;
    for (const [key, rest] of held) if (rest.holdUntil <= now) held.delete(key);
    // Not at each call: thousands of jobs may be left at once.
    room = held.size * 2;
  };

  const join: Poller["join"] = (job, waiter) => {
    const now = clock.now();
    const { timeoutMs, signals } = waiter;
    const deadline = now + timeoutMs;
    const lastLook = deadline - Math.min(1000, timeoutMs / 10);
    const seat: Seat = { ...waiter, job, deadline, lastLook, looked: false, detach: () => {} };
    const key = keyOf(job.ref);
    const known = loops.get(key);
    const loop = known ?? createLoop(job.ref, now, job.submitted ? job.born + pace.gap(0, 0) : now);
    loop.seats.add(seat);
    const detach = onAbort(signals, (error) => leave(loop, seat, { error }));
    if (!loop.seats.has(seat)) return detach();
    seat.detach = detach;
    if (!known) {
      loops.set(key, loop);
      const rest = held.get(job.ref.id);
      if (rest && rest.holdUntil > now) Object.assign(loop, rest);
      void run(loop).catch((error: unknown) => finish(loop, { error }));
      return;
    }
    loop.wake();
    const { update, finishedAt } = loop;
    if (update) callHook(log, () => seat.onUpdate({ ...update }));
    if (finishedAt !== undefined && !seat.wantsResult) leave(loop, seat);
  };

  return { join, hold };
}

/** Handles that name different models for one id wait apart, so that each is answered under its own name. */
function keyOf({ id, model }: JobRef): string {
  return `${id} ${model}`;
}
