import { isRunComfyError } from "../../errors/errors.js";
import type { CheckedModel } from "../../input/define-model.js";
import type { JobRecord, Standing } from "../../once/index.js";
import { pause, scope, timedOut } from "../../time/scope.js";
import { inputRefusal, jobMissing, Refusal } from "./failures.js";
import { noteUnnoted, settleOthers, settleRecord } from "./job-settling.js";
import { describeJob, limitRefusal, readHandle } from "./job-view.js";
import type { View } from "./job-view.js";
import type { ProxyJob, SubmitCall } from "./proxy-wire.js";
import type { UserContext } from "./user-context.js";

/** The page is answered after this time; a submit that takes longer goes on behind the answer. */
const answerMs = 5000;

/** The longest time to try to submit. */
const submitMs = 60_000;

/** Other jobs of the user are asked for at most this long. */
const othersMs = 2500;

/** Sends the job under a key, or finds it. */
export async function submitJob(
  context: UserContext,
  { model: modelId, key, input }: SubmitCall,
  signal: AbortSignal,
): Promise<ProxyJob> {
  const { settings, once } = context;
  const model = settings.models.get(modelId);
  if (!model) throw new Refusal("not_found", "There is no such model here.");
  const issues = model["~check"](input).filter(({ severity }) => !severity);
  if (issues.length > 0) throw inputRefusal(issues);
  await visit(context, key, signal, true);
  const before = await once.status(key);
  if (!before || before.state === "new" || before.state === "held")
    await refuseOverLimit(context, model, input);
  const work = send(context, model, key, input);
  const sent = await Promise.race([work, pause(settings.clock, answerMs, signal).then(() => undefined)]);
  if (sent) return describeSent(context, sent);
  keepAlive(context, work);
  const record = await once.status(key);
  if (!record) throw jobMissing();
  return describeJob(context, { record });
}

/** Submits; where the store fails after the payment, the job is kept in mind and noted later. */
async function send(
  context: UserContext,
  model: CheckedModel,
  key: string,
  input: unknown,
): Promise<JobRecord> {
  const { once, memory, settings, idOf } = context;
  try {
    return await once.submit(key, model, input as never, { timeoutMs: submitMs });
  } catch (error) {
    if (!isRunComfyError(error) || error.code !== "record" || !error.job) throw error;
    const { job } = error;
    memory.unnoted.set(job.id, { id: idOf(key), job });
    keepAlive(context, noteLater(context));
    const date = new Date(settings.clock.date()).toISOString();
    const record = { ...idOf(key), model: job.model, inputHash: "", attempt: 0, job };
    return { ...record, state: "accepted", createdAt: date, updatedAt: date };
  }
}

async function noteLater({ settings, memory }: UserContext): Promise<void> {
  for (let waitMs = 1000; memory.unnoted.size > 0 && waitMs < 60_000; waitMs *= 2) {
    await settings.clock.sleep(waitMs);
    await noteUnnoted(settings, memory);
  }
}

/** Lets work go on behind the answer. Its failure is in the record, or in the log. */
function keepAlive({ settings }: UserContext, work: Promise<unknown>): void {
  const quiet = work.catch(() => {});
  settings.waitUntil?.(quiet);
}

async function describeSent(context: UserContext, record: JobRecord): Promise<ProxyJob> {
  if (record.state === "held") throw (await findLimit(context, 0)) ?? limitRefusal("dollars");
  return describeJob(context, { record });
}

/** Refuses a job that a limit does not reach for before it leaves a record: else a page could fill the store. */
async function refuseOverLimit(context: UserContext, model: CheckedModel, input: unknown): Promise<void> {
  const { assumeUsd = 0 } = context.settings.limits;
  const { usd, bound } = model["~estimate"](input);
  const refusal = await findLimit(context, bound === "exact" ? (usd ?? 0) : Math.max(assumeUsd, usd ?? 0));
  if (refusal) throw refusal;
}

async function findLimit(
  { settings, limits: names }: UserContext,
  usd: number,
): Promise<Refusal | undefined> {
  const { store, limits } = settings;
  const { running, usdPerDay } = limits;
  if (running < Infinity && (await store.committed(names.places)) >= running) return limitRefusal("places");
  if (usdPerDay === Infinity) return undefined;
  return (await store.committed(names.dollars)) + usd > usdPerDay + 1e-8
    ? limitRefusal("dollars")
    : undefined;
}

/** Jobs of the user that no page asks for are settled once in a while, and always where places or dollars are needed. */
export async function visit(
  context: UserContext,
  key: string | undefined,
  signal: AbortSignal,
  isUrgent = false,
): Promise<void> {
  const { settings, memory, user } = context;
  const { clock, log } = settings;
  await noteUnnoted(settings, memory);
  const now = clock.now();
  const last = memory.visits.get(user);
  if (!isUrgent && last !== undefined && now - last < visitMs) return;
  memory.visits.set(user, now);
  await scope({ clock, ms: othersMs, signals: [signal] }, (inner) => settleOthers(context, key, inner)).catch(
    (error: unknown) => {
      signal.throwIfAborted();
      if (error !== timedOut) throw error;
      log("warn", "Other jobs of a user could not be settled in time.");
    },
  );
}

const visitMs = 10_000;

/** The state of a job, asked for now where the service has not just told it. */
export async function readJob(context: UserContext, handle: string, signal: AbortSignal): Promise<ProxyJob> {
  const record = await findRecord(context, handle);
  const [standing] = await Promise.all([poll(context, record, signal), visit(context, record.key, signal)]);
  return describeJob(context, viewOf(standing));
}

/** A job with its output. */
export async function readResult(
  context: UserContext,
  handle: string,
  signal: AbortSignal,
): Promise<ProxyJob> {
  const standing = await poll(context, await findRecord(context, handle), signal);
  const view = viewOf(standing);
  const { record } = view;
  const isDone = record.state === "done" || view.ended === "done";
  if (!isDone || view.output !== undefined || !record.job) return describeJob(context, view);
  try {
    const { output } = await context.client.job(record.job).result({ signal, timeoutMs: answerMs });
    return await describeJob(context, { ...view, output });
  } catch (error) {
    if (isRunComfyError(error) && error.code === "not_found")
      throw new Refusal("not_found", "The service no longer has the output of this job.");
    throw error;
  }
}

/** Asks the service to cancel, and tells what became of the job. */
export async function cancelJob(
  context: UserContext,
  handle: string,
  signal: AbortSignal,
): Promise<ProxyJob> {
  const record = await findRecord(context, handle);
  if (record.state !== "accepted" || !record.job) return describeJob(context, { record });
  await context.client.job(record.job).cancel({ signal });
  return describeJob(context, viewOf(await settleRecord(context, record, signal)));
}

async function findRecord(context: UserContext, handle: string): Promise<JobRecord> {
  const { settings, memory, once } = context;
  const key = await readHandle(context, handle);
  if (key === undefined) throw jobMissing();
  await noteUnnoted(settings, memory);
  const record = await once.status(key);
  if (!record) throw jobMissing();
  return record;
}

/** The service is not asked about a job more often than this, however often the page asks. */
const pollMs = 800;

async function poll(context: UserContext, record: JobRecord, signal: AbortSignal): Promise<Standing> {
  const { settings, memory } = context;
  const name = JSON.stringify([record.space, record.key]);
  const askedAt = settings.clock.now();
  const last = memory.answers.get(name);
  if (record.state !== "accepted") return { record };
  if (last && askedAt - last.askedAt < pollMs) return { record, ...(last.update && { update: last.update }) };
  // Before the answer is there, so that calls at the same moment do not all ask.
  memory.answers.set(name, { ...last, askedAt });
  const standing = await settleRecord(context, record, signal);
  memory.answers.set(name, { askedAt, ...(standing.update && { update: standing.update }) });
  return standing;
}

function viewOf({ record, update, end }: Standing): View {
  return {
    record,
    update,
    ended: end?.state,
    error: end?.error,
    ...(end?.result && { output: end.result.output }),
  };
}
