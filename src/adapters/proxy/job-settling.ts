import { isRunComfyError } from "../../errors/errors.js";
import type { JobEnd, JobRecord, Standing } from "../../once/index.js";
import { explain } from "../../protocol/platform-error.js";
import { scope, timedOut } from "../../time/scope.js";
import type { ProxyResult } from "./proxy-options.js";
import type { ProxySettings } from "./proxy-settings.js";
import type { ProxyMemory } from "./proxy-memory.js";
import type { UserContext } from "./user-context.js";

/** A job that the service does not know counts as failed after this time: until then the token may be another account's. */
const goneAfterMs = 24 * 60 * 60_000;

/** A job keeps its place for this long where nobody can tell whether it runs. */
const placeMs = 60 * 60_000;

/** Asks the service about one job, and hands its end over to the server's `onResult`. */
export async function settleRecord(
  { once, settings, user, memory }: UserContext,
  record: JobRecord,
  signal: AbortSignal,
): Promise<Standing> {
  const { onResult } = settings;
  const standing = await once
    .settle(record.key, {
      signal,
      goneAfterMs,
      ...(onResult && { onEnd: (end: JobEnd) => onResult(describeEnd(user, end)) }),
    })
    .catch((error: unknown): Standing => {
      // Right after a submit, some machines of the service do not know the job yet; and a token of another account sees none.
      if (isRunComfyError(error) && error.code === "not_found") return { record };
      throw error;
    });
  // An answer about a job on record also tells that the token is of the account that paid for it.
  if (standing.update && !standing.update.trouble) memory.account.isProven = true;
  return standing.end ? standing : { ...standing, record: await freePlace(settings, standing.record) };
}

/** Gives the place of a job back that has had it for very long: its page, its answer or its end may never come. */
export async function freePlace({ store, clock }: ProxySettings, record: JobRecord): Promise<JobRecord> {
  const { place, attempt, createdAt } = record;
  if (place === undefined || clock.date() - Date.parse(createdAt) < placeMs) return record;
  return store.move(record, { to: "placeless", attempt });
}

function describeEnd(user: string, { record, state, result, error, costUsd }: JobEnd): ProxyResult {
  const { key, model, job } = record;
  return {
    user,
    key,
    model,
    job: { id: job!.id, model: job!.model },
    state: state === "done" ? "succeeded" : state,
    ...(result && { output: result.output }),
    ...(error && { error: { code: error.code, message: error.message } }),
    ...(costUsd !== undefined && { costUsd }),
  };
}

/** The service is not asked about a job more often than this, however often its page asks. */
const pollMs = 800;

/** Asks the service about one job, unless it has just answered. */
export async function pollRecord(
  context: UserContext,
  record: JobRecord,
  signal: AbortSignal,
): Promise<Standing> {
  const { settings, memory } = context;
  if (record.state !== "accepted") return { record };
  const name = JSON.stringify([record.space, record.key]);
  const askedAt = settings.clock.now();
  const last = memory.answers.get(name);
  if (last && askedAt - last.askedAt < pollMs) return { record, ...(last.update && { update: last.update }) };
  // Noted before the answer is there, so that calls at the same moment do not all ask.
  memory.answers.set(name, { ...last, askedAt });
  const standing = await settleRecord(context, record, signal);
  memory.answers.set(name, { askedAt, ...(standing.update && { update: standing.update }) });
  return standing;
}

/** The other jobs of a user are asked for at most this often, unless a new job needs their places or dollars. */
const visitMs = 10_000;

/** The longest time for asking about the other jobs of a user. */
const othersMs = 2500;

const mostOthers = 20;

/**
 * Settles the jobs of a user whose pages may never ask again, so that they keep neither places nor dollars. The job of the present
 * call is left out, and an error here does not fail that call.
 */
export async function visit(
  context: UserContext,
  own: string | undefined,
  signal: AbortSignal,
  isNeeded = false,
): Promise<void> {
  const { settings, memory, user } = context;
  const { clock, log } = settings;
  await noteUnnoted(settings, memory);
  const now = clock.now();
  const last = memory.visits.get(user);
  if (!isNeeded && last !== undefined && now - last < visitMs) return;
  memory.visits.set(user, now);
  try {
    await scope({ clock, ms: othersMs, signals: [signal] }, (inner) => settleOthers(context, own, inner));
  } catch (error) {
    signal.throwIfAborted();
    log(
      "warn",
      `Other jobs of a user were not settled: ${error === timedOut ? "no time" : explain(error, String)}`,
    );
  }
}

async function settleOthers(
  context: UserContext,
  own: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { once, settings } = context;
  const found: JobRecord[] = [];
  for (const state of ["accepted", "unknown"] as const)
    for await (const record of once.list({ state, limit: mostOthers }))
      if (record.key !== own && (state === "accepted" || record.place !== undefined)) found.push(record);
  await Promise.all(
    found.map(async (record) => {
      try {
        if (record.state === "accepted") await pollRecord(context, record, signal);
        else await freePlace(settings, record);
      } catch (error) {
        if (!signal.aborted)
          settings.log("warn", `A job of another page was not settled: ${explain(error, String)}`);
      }
    }),
  );
}

/** Notes acceptances that the store did not take when they came. */
export async function noteUnnoted({ store, log }: ProxySettings, { unnoted }: ProxyMemory): Promise<void> {
  for (const [name, { id, job }] of unnoted) {
    try {
      // An acceptance always counts, whatever its attempt.
      const record = await store.get(id);
      if (!record) continue;
      await store.move(id, { to: "accepted", attempt: record.attempt, job });
      unnoted.delete(name);
    } catch (error) {
      log("error", `Job ${job.id} of ${job.model} is paid, and still not noted: ${explain(error, String)}`);
      return;
    }
  }
}
