import type { RunnableModel } from "../client.js";
import { ConfigError } from "../errors/errors.js";
import type { CheckedModel } from "../input/define-model.js";
import type { JobResult } from "../job/job-types.js";
import { callBack } from "../options/callbacks.js";
import { checkOptions } from "../options/check-options.js";
import type { ResultOptions, SignalOptions } from "../options/client-options.js";
import { renamed } from "../options/option-rules.js";
import { defaultWaitMs } from "../options/wait-time.js";
import { systemClock } from "../time/clock.js";
import { refuseOtherAccount } from "./account-probe.js";
import { acceptByPerson, moveByPerson, withdrawByPerson } from "./person-decisions.js";
import { digestInput } from "./record/input-digest.js";
import { KeyConflictError, recordMissing } from "./record/once-errors.js";
import { listRules, onceRules, settleRules } from "./once-options.js";
import type { Once, OnceOptions, OnceRunOptions, OnceSubmitOptions } from "./once-types.js";
import type { KnownAccount, OnceContext } from "./once-context.js";
import { awaitEnd } from "./job-end.js";
import { awaitOutcome, explainStanding } from "./record-standing.js";
import type { JobRecord, RecordId } from "./record/record.js";
import { noteUnnoted, sendUnderClaim } from "./sending.js";
import { settleJob } from "./settlement.js";
import { createSubmittedJobs } from "./submitted-jobs.js";

/**
 * Makes a client that sends each job once per key, over every call, process and restart that uses the same store.
 *
 * @throws ConfigError when an option is missing, unknown or invalid.
 *
 * @example
 * const once = createOnce({ client, store: fileStore("jobs.jsonl") });
 * const { output } = await once.run("order-17", model, { prompt: "A gentle breeze." });
 */
export function createOnce(options: OnceOptions): Once {
  return createOnceWith({}, options);
}

/** As `createOnce`, for a program that makes one for each of its requests: only the first of them asks for the account. */
export function createOnceWith(account: KnownAccount, options: OnceOptions): Once {
  const context = createContext(account, options);
  const { store, idOf } = context;

  return {
    submit: (key, model, input, given = {}) => submit(context, key, model, input, given),
    run: async (key, model, input, given = {}) => run(context, key, model, input, given) as never,
    result: async (key, given) => (await waitFor(context, key, given)).result() as never,
    wait: async (key, given) => (await waitFor(context, key, given)).record,
    settle: async (key, given) => {
      checkOptions("once.settle", given, settleRules);
      await noteUnnoted(context, idOf(key));
      return settleJob(context, await expect(context, key), given);
    },
    status: async (key) => {
      await noteUnnoted(context, idOf(key));
      return store.get(idOf(key));
    },
    list: (query = {}) => {
      checkOptions("once.list", query, listRules);
      const { state, after, limit } = query;
      const { origin, space } = idOf("");
      return store.list({ origin, space, state, after, limit });
    },
    cancel: (key, given) => cancel(context, key, given),
    accept: (key, jobId, given) => acceptByPerson(context, idOf(key), jobId, given),
    refuse: (key, jobId) =>
      jobId === undefined
        ? moveByPerson(context, idOf(key), "refused")
        : withdrawByPerson(context, idOf(key), jobId),
    retry: (key) => moveByPerson(context, idOf(key), "retry"),
    noteFiles: async (key, { files, missing = 0 }) => {
      const { attempt } = await expect(context, key);
      return store.move(idOf(key), { to: "done", attempt, files, filesMissing: missing });
    },
    input: async (key) => {
      const record = await expect(context, key);
      return (await store.payload.get(idOf(key))) ?? record.input;
    },
  };
}

function createContext(account: KnownAccount, options: OnceOptions): OnceContext {
  checkOptions("createOnce", options, onceRules, renamed);
  const { client, store, space = "", owner = crypto.randomUUID(), logger } = options;
  const { clock = systemClock, leaseMs = 30_000, keepInput = true, budget, places, assumeUsd } = options;
  if (!client || !store)
    throw new ConfigError(
      "createOnce needs a client and a store: createOnce({ client, store: memoryStore() }).",
    );
  const log: OnceContext["log"] = (level, message) => {
    const place = logger ?? (level === "error" ? console : undefined);
    void callBack(
      () => {},
      () => place?.[level]?.(message),
    );
  };
  const context = { client, store, owner, clock, log, leaseMs, keepInput, budget, places, assumeUsd };
  return {
    ...context,
    idOf: (key) => ({ origin: client.origin, space, key: checkKey(key) }),
    submitted: createSubmittedJobs(client),
    unnoted: new Map(),
    highestUsd: new Map(),
    checkAccount: rememberSuccess(async () => {
      const place = { origin: client.origin, space };
      account.isProven ||= await refuseOtherAccount(client, store, place, { clock });
    }),
  };
}

/** Makes a task that runs once for all callers, but again after a failure. */
function rememberSuccess(task: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= task().catch((error: unknown) => {
      done = undefined;
      throw error;
    });
    return done;
  };
}

function checkKey(key: string): string {
  if (typeof key !== "string" || key.length > 500)
    throw new ConfigError("A key is a text of at most 500 characters. Give this job a shorter one.");
  return key;
}

/** Sends the job of a key where its record is new or held; the record in any other state, `unknown` too, is given as it stands. */
async function submit(
  context: OnceContext,
  key: string,
  model: RunnableModel,
  input: unknown,
  options: OnceSubmitOptions,
): Promise<JobRecord> {
  const { store, clock, keepInput } = context;
  const id = context.idOf(key);
  if (key === "") throw new ConfigError("The key is empty: give each job a key of its own.");
  await noteUnnoted(context, id);
  const modelId = typeof model === "string" ? model : model.id;
  const { attach, balanceUsd, signal } = options;
  const noted = attach?.note ? await attach.note(input, { signal }) : input;
  const { kept, inputHash, isWhole } = await digestInput(noted);
  const given = { ...id, model: modelId, inputHash, ...(keepInput && { input: kept }), balanceUsd };
  const endsAt = clock.now() + (options.timeoutMs ?? 900_000);
  for (let record = await store.put(given); ;) {
    refuseConflict(record, modelId, inputHash);
    if (record.state === "sending") record = await awaitOutcome(context, record, endsAt, options.signal);
    if (record.state !== "new" && record.state !== "held") {
      if (record.state === "rejected") throw explainStanding(context, record);
      return record;
    }
    await context.checkAccount();
    if (keepInput && !isWhole) await store.payload.put(id, noted);
    const timeoutMs = Math.max(1, endsAt - clock.now());
    const call = {
      id,
      model: model as CheckedModel | string,
      modelId,
      input,
      options: { ...options, timeoutMs },
    };
    const sent = await sendUnderClaim(context, record, call);
    if (sent.state !== "sending" && sent.state !== "new") return sent;
    // Another client has claimed the record meanwhile.
    record = sent;
  }
}

function refuseConflict(record: JobRecord, model: string, inputHash: string): void {
  // A record that is damaged no longer tells its model and its input; it is unknown.
  const isSame = record.model === model && record.inputHash === inputHash;
  if (isSame || record.inputHash === "") return;
  const { key, job, state } = record;
  const differs = record.model === model ? "another input" : `the model ${record.model}`;
  throw new KeyConflictError(
    `The key ${JSON.stringify(key)} belongs to a job with ${differs}, which is ${state}. Nothing was sent. Give this job a key of its own.`,
    { key, record, job },
  );
}

async function run(
  context: OnceContext,
  key: string,
  model: RunnableModel,
  input: unknown,
  options: OnceRunOptions,
): Promise<JobResult> {
  const { clock } = context;
  const { onUpdate, ...own } = options;
  const endsAt = clock.now() + (options.timeoutMs ?? defaultWaitMs);
  await submit(context, key, model, input, own);
  const { signal } = options;
  return (
    await waitFor(context, key, { signal, onUpdate, timeoutMs: Math.max(1, endsAt - clock.now()) })
  ).result();
}

/** Waits until a job has ended. Gives its record, and a function for its result, which throws where the job has no result. */
async function waitFor(context: OnceContext, key: string, options: ResultOptions = {}) {
  const { clock } = context;
  await noteUnnoted(context, context.idOf(key));
  const endsAt = clock.now() + (options.timeoutMs ?? defaultWaitMs);
  let record = await expect(context, key);
  if (record.state === "sending") record = await awaitOutcome(context, record, endsAt, options.signal);
  if (!record.job) throw explainStanding(context, record);
  return awaitEnd(context, record, record.job, { ...options, timeoutMs: Math.max(1, endsAt - clock.now()) });
}

async function cancel(context: OnceContext, key: string, options?: SignalOptions): Promise<JobRecord> {
  const record = await expect(context, key);
  if (!record.job) throw explainStanding(context, record);
  const { outcome } = await context.client.job(record.job).cancel(options);
  if (outcome !== "cancelled") return record;
  const error = { code: "job_cancelled", message: `Job ${record.job.id} was cancelled.` };
  return context.store.move(context.idOf(key), { to: "cancelled", attempt: record.attempt, error });
}

async function expect(context: OnceContext, key: string): Promise<JobRecord> {
  const id: RecordId = context.idOf(key);
  const record = await context.store.get(id);
  if (!record) throw recordMissing(id);
  return record;
}
