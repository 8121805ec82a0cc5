import { callHook } from "./hook.js";
import { isPassing } from "./http.js";
import type { Http } from "./http.js";
import { count, createLoop, deadlinesOf, isFrozen, tooLate } from "./loop.js";
import type { JobState, Loop, Seat, Waiter } from "./loop.js";
import { isMissing, lookAtResult, lookAtStatus } from "./looks.js";
import { isFinal } from "./status.js";
import { pause } from "./time.js";

/** The loops of one client: one for each job that is waited for, however many wait. */
export interface Poller {
  /** Begins to wait; the function returned stops. With the last waiter gone, nothing is asked any more. */
  join(job: JobState, waiter: Waiter): () => void;
}

/** A new job may be unknown to some of the service's machines for so long. */
const lagMs = 60_000;
/** A finished job's result may be missing for so long. */
const resultLagMs = 120_000;

/** What an error may tell of itself. */
interface Faults {
  readonly status?: number;
  readonly retryAfterMs?: number;
  readonly code?: string;
}

/** The loops of one client. */
export const createPoller = (http: Http): Poller => {
  const { settings, pace } = http;
  const { clock, log } = settings;
  const loops = new Map<string, Loop>();

  const run = async (loop: Loop): Promise<void> => {
    const begin = clock.now();
    let next = loop.job.submitted ? loop.job.born + pace.gap(0, 0) : begin;
    let placed = false;
    while (loop.seats.size > 0) {
      const now = clock.now();
      const first = Math.min(...deadlinesOf(loop, -Infinity));
      const early = Math.min(...[...loop.seats].map((seat) => (seat.looked ? Infinity : seat.lastLook)));
      const due = Math.max(loop.holdUntil, Math.min(next, early));
      if (now < due && now < first) {
        await nap(loop, Math.min(due, first) - now);
      } else if (!expire(loop, now, now < due)) {
        const wait: number = placed ? 0 : pace.turn(now);
        placed = wait > 0;
        loop.holdUntil = now + wait;
        if (placed) continue;
        const wasFinished = loop.finishedAt !== undefined;
        await look(loop, now);
        const fresh = !wasFinished && loop.finishedAt !== undefined;
        // Whoever's time was up with this look still gets the result that it found.
        if (fresh) for (const seat of loop.seats) seat.looked = false;
        next = clock.now() + (fresh ? 0 : pace.gap(clock.now() - begin, loop.errors));
      }
    }
  };

  const nap = async (loop: Loop, ms: number): Promise<void> => {
    loop.nap = new AbortController();
    await pause(clock, ms, [loop.nap.signal, loop.stop.signal]).catch(() => {});
    loop.nap = undefined;
  };

  /** Sends home whose time is over; a machine that slept through a deadline takes one look first, unless it may not look yet. */
  const expire = (loop: Loop, now: number, mayNotLook: boolean): boolean => {
    const late = [...loop.seats].filter((seat) => seat.deadline <= now && (seat.looked || mayNotLook));
    for (const seat of late) leave(loop, seat, { error: tooLate(loop, seat) });
    return late.length > 0;
  };

  const look = async (loop: Loop, now: number): Promise<void> => {
    const ms = Math.min(
      settings.requestTimeoutMs,
      ...deadlinesOf(loop, now).map((deadline) => deadline - now),
    );
    try {
      await (loop.finishedAt === undefined ? lookForStatus(loop, ms) : lookForResult(loop, ms));
      loop.errors = loop.missing = 0;
      loop.lastError = undefined;
    } catch (error) {
      if (loop.stop.signal.aborted) return;
      noteError(loop, error);
    }
    for (const seat of loop.seats) seat.looked ||= now >= seat.lastLook || seat.deadline <= clock.now();
  };

  const lookForStatus = async (loop: Loop, ms: number): Promise<void> => {
    const { update, reply } = await lookAtStatus(http, loop.job.ref, [loop.stop.signal], ms);
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
      if (update.status === "unknown")
        log("warn", `Job ${update.requestId}: unknown status "${update.word}"; the wait goes on.`);
      if (settings.onStatus) callHook(log, () => settings.onStatus!(update, loop.job.ref));
      for (const seat of loop.seats) callHook(log, () => seat.onUpdate(update));
    }
    if (!isFinal(update.status)) return;
    if (update.status === "cancelled")
      return finish(loop, { ending: { state: "cancelled", raw: reply.body } });
    loop.finishedAt = clock.now();
    for (const seat of loop.seats) if (!seat.wantsResult) leave(loop, seat, {});
  };

  const lookForResult = async (loop: Loop, ms: number): Promise<void> => {
    // The cost is an extra: the second attempt does without it.
    const withCost = loop.withCost;
    loop.withCost = false;
    const ending = await lookAtResult(http, loop.job.ref, withCost, [loop.stop.signal], ms);
    loop.withCost = true;
    if (ending) return finish(loop, { ending });
    count(loop, "result not ready");
    loop.finishedAt = undefined;
  };

  /** A failed look never ends the wait, unless the service says for certain that there is nothing to wait for. */
  const noteError = (loop: Loop, error: unknown): void => {
    const { status = 0, retryAfterMs = 0, code = "unknown" } = error as Faults;
    const now = clock.now();
    loop.errors++;
    loop.lastError = error;
    loop.holdUntil = now + retryAfterMs;
    count(loop, status ? `HTTP ${status}` : code);
    loop.missing = isMissing(error) ? loop.missing + 1 : 0;
    const { finishedAt, job, update } = loop;
    const gone =
      finishedAt !== undefined
        ? (loop.missing > 0 || status === 409 || status === 425) && now - finishedAt >= resultLagMs
        : loop.missing > 1 && (update !== undefined || now - job.born >= lagMs);
    const unsure = isPassing(error) || code === "connection" || loop.missing > 0;
    const hopeless = !job.submitted && !update && !unsure;
    if (gone || hopeless) finish(loop, { error });
    else log("warn", `Job ${job.ref.id}: ${(error as Error).message} The wait goes on.`);
  };

  const finish = (loop: Loop, end: Parameters<Waiter["onEnd"]>[0]): void => {
    for (const seat of loop.seats) leave(loop, seat, end);
  };

  const leave = (loop: Loop, seat: Seat, end?: Parameters<Waiter["onEnd"]>[0]): void => {
    if (!loop.seats.delete(seat)) return;
    if (loop.seats.size === 0) {
      if (loops.get(loop.job.ref.id) === loop) loops.delete(loop.job.ref.id);
      loop.stop.abort();
    }
    if (end) seat.onEnd(end);
  };

  const join: Poller["join"] = (job, waiter) => {
    const now = clock.now();
    const { timeoutMs } = waiter;
    const deadline = now + timeoutMs;
    const seat: Seat = {
      ...waiter,
      deadline,
      lastLook: deadline - Math.min(1000, timeoutMs / 10),
      looked: false,
    };
    let loop = loops.get(job.ref.id);
    if (loop) {
      loop.seats.add(seat);
      loop.nap?.abort();
      const { update, finishedAt } = loop;
      if (update) callHook(log, () => seat.onUpdate(update));
      if (finishedAt !== undefined && !seat.wantsResult) leave(loop, seat, {});
    } else {
      const made = createLoop(job, seat);
      loops.set(job.ref.id, (loop = made));
      void run(made).catch((error: unknown) => finish(made, { error }));
    }
    const joined = loop;
    return () => leave(joined, seat);
  };

  return { join };
};
