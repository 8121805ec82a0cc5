import { isRunComfyError } from "../../errors/errors.js";
import type { CheckedModel } from "../../input/define-model.js";
import type { JobRecord } from "../../once/index.js";
import { pause } from "../../time/scope.js";
import { inputRefusal, jobMissing, Refusal } from "./failures.js";
import { noteUnnoted, visit } from "./job-settling.js";
import { describeJob, limitRefusal } from "./page-job.js";
import type { ProxyJob, SubmitCall } from "./proxy-wire.js";
import { checkArrival, findUploads, resolveUploads } from "./uploads.js";
import type { UserContext } from "./user-context.js";

/** The page is answered at this time after its request; a submit that takes longer goes on behind the answer. */
const answerMs = 6000;

/** The longest time to try to submit. */
const submitMs = 60_000;

/** Sends the job under a key, or finds it. */
export async function submitJob(
  context: UserContext,
  { model: modelId, key, input: given }: SubmitCall,
  signal: AbortSignal,
): Promise<ProxyJob> {
  const { settings, once, startedAt } = context;
  const { clock } = settings;
  const model = settings.models.get(modelId);
  if (!model) throw new Refusal("not_found", "There is no such model here.");
  const uploads = await findUploads(context, model, given);
  const input = await resolveUploads(context, uploads, given);
  const issues = model["~check"](input).filter(({ severity }) => !severity);
  if (issues.length > 0) throw inputRefusal(issues);
  await visit(context, key, signal);
  const before = await once.status(key);
  if (!before || before.state === "new" || before.state === "held") {
    await refuseOverLimit(context, model, key, input, signal);
    await checkArrival(context, uploads, signal);
  }
  const work = send(context, model, key, input);
  keepAlive(context, work);
  const leftMs = Math.max(0, startedAt + answerMs - clock.now());
  const sent = await Promise.race([work, pause(clock, leftMs, signal).then(() => undefined)]);
  const record = sent ?? (await once.status(key));
  if (!record) throw jobMissing();
  if (record.state === "held") throw (await findLimit(context, 0)) ?? limitRefusal("dollars");
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

/**
 * Refuses a job that would exceed a limit before it leaves a record: else a page could fill the store. The user's other jobs are
 * asked for first, since some may have ended.
 */
async function refuseOverLimit(
  context: UserContext,
  model: CheckedModel,
  key: string,
  input: unknown,
  signal: AbortSignal,
): Promise<void> {
  const { assumeUsd = 0 } = context.settings.limits;
  const { usd, bound } = model["~estimate"](input);
  const counted = bound === "exact" ? (usd ?? 0) : Math.max(assumeUsd, usd ?? 0);
  if (!(await findLimit(context, counted))) return;
  await visit(context, key, signal, true);
  const refusal = await findLimit(context, counted);
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
