import type { JobRecord } from "../../once/index.js";
import { explain } from "../../protocol/platform-error.js";
import { scope, timedOut } from "../../time/scope.js";
import { aPositiveNumber, aSignal, checkOptions } from "../../options/check-options.js";
import { noteUnnoted, settleRecord } from "./job-settling.js";
import type { ProxySettings } from "./proxy-settings.js";
import type { ProxyMemory } from "./proxy-memory.js";
import { createUserContext, userOf } from "./user-context.js";

/** Options of `sweep`. */
export interface SweepOptions {
  /** The longest time in ms; jobs that are not reached within it are left to the next sweep. Default 50,000. */
  readonly timeoutMs?: number | undefined;
  /** Default none. */
  readonly signal?: AbortSignal | undefined;
}

/** The number of jobs that a sweep found open. */
export interface SweepReport {
  /** Jobs that had not ended when the sweep began. */
  readonly open: number;
  /** Those of them that have ended now. */
  readonly ended: number;
  /** Those that could not be asked for, or whose `onResult` threw. The next sweep tries again. */
  readonly failed: number;
}

const defaultMs = 50_000;
const mostAtOnce = 8;

/** The most jobs that one sweep asks for, so that any number of open jobs fits into its memory. */
const mostAsked = 1000;

/**
 * Settles jobs of the proxy that have not ended. Where there are more than one sweep can ask for, it settles a random part, so that
 * every job has its turn after some sweeps.
 */
export async function sweepJobs(
  settings: ProxySettings,
  memory: ProxyMemory,
  options: SweepOptions = {},
): Promise<SweepReport> {
  checkOptions("sweep", options, { timeoutMs: aPositiveNumber, signal: aSignal });
  const { clock, store, serviceOrigin, log } = settings;
  await noteUnnoted(settings, memory);
  const report = { open: 0, ended: 0, failed: 0 };
  const left: JobRecord[] = [];
  const choose = async (signal: AbortSignal) => {
    for await (const record of store.list({ origin: serviceOrigin, state: "accepted" })) {
      if (signal.aborted) return;
      if (userOf(settings, record) !== undefined) chooseAtRandom(left, record, report.open++);
    }
  };
  const work = async (signal: AbortSignal) => {
    for (let record = left.pop(); record && !signal.aborted; record = left.pop()) {
      try {
        const context = createUserContext(settings, memory, userOf(settings, record)!, clock.now());
        const settled = await settleRecord(context, record, signal);
        if (settled.record.state !== "accepted") report.ended++;
        else if (settled.end) report.failed++;
      } catch (error) {
        report.failed++;
        if (!signal.aborted) log("warn", `A job was not settled: ${explain(error, String)}`);
      }
    }
  };
  const { timeoutMs: ms = defaultMs, signal } = options;
  const all = scope({ clock, ms, signals: [signal] }, async (inner) => {
    await choose(inner);
    await Promise.all(Array.from({ length: mostAtOnce }, () => work(inner)));
  });
  await all.catch((error: unknown) => {
    if (error !== timedOut) throw error;
  });
  return report;
}

/** Chooses among items that come one by one, with the same chance for each. `before` is the number of items that came earlier. */
function chooseAtRandom<Item>(chosen: Item[], item: Item, before: number): void {
  const at = Math.floor(Math.random() * (before + 1));
  if (before < mostAsked) {
    chosen.push(chosen[at] ?? item);
    chosen[at] = item;
  } else if (at < mostAsked) chosen[at] = item;
}
