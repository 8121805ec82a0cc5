import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { isRunComfyError } from "../../index.js";
import type { Job, Model } from "../../index.js";
import { readFields } from "../fields.js";
import { CommandError, exitCodes } from "../exit.js";
import { catchInterrupt } from "../interrupt.js";
import { openSession, timeoutOf } from "../session.js";
import type { Session } from "../session.js";
import { plain, printJson } from "../terminal.js";
import type { Terminal } from "../terminal.js";
import { finishJob, printResult, printStatus, saveFiles } from "../wait.js";
import type { WaitWords } from "../wait.js";
import { self, unnamedModel } from "../words.js";
import { refuseId } from "../catalogue.js";
import { quote } from "../shell.js";

export interface SubmitWords extends WaitWords {
  readonly input?: string;
  readonly maxUsd?: string;
  /** Commander's name for `--no-wait`. */
  readonly wait?: boolean;
  /** Commander's name for `--no-check`. */
  readonly check?: boolean;
}

/** `run ID` and `submit ID`: the fields are flags, `key=value` or a file. */
export async function runModel(
  terminal: Terminal,
  id: string,
  words: readonly string[],
  options: SubmitWords,
): Promise<void> {
  // What is wrong with the waiting and saving is said before anything is paid.
  timeoutOf(options);
  const maxUsd = readAmount(options.maxUsd);
  const session = await openSession(terminal, options);
  const model = await resolveModel(session, id);
  const input = await readFields({
    words,
    inputFile: options.input,
    schema: typeof model === "string" ? undefined : model.input,
  });
  if (options.save !== undefined) await makeFolder(options.save);
  const interrupt = catchInterrupt();
  let job: Job;
  try {
    job = await session.client.submit(model, input, {
      signal: interrupt.signal,
      check: options.check !== false,
      ...(maxUsd !== undefined && { maxUsd }),
    });
  } finally {
    interrupt.release();
  }
  if (options.wait !== false) {
    terminal.say(`Job ${job.id} is accepted.`);
    return finishJob(session, job, options, input);
  }
  if (options.json) terminal.out(printJson({ requestId: job.id, model: job.modelId }));
  else {
    terminal.out(job.id);
    terminal.say(`Wait for it:  ${self} wait ${job.id} --model ${quote(id)}`);
  }
}

/** The model of this package; one that only the live service knows runs untyped. */
async function resolveModel(session: Session, id: string): Promise<Model | string> {
  if (id.startsWith("-")) {
    throw new CommandError(
      `The model's id comes first, then its fields: ${self} run ID --prompt "A gentle breeze."`,
    );
  }
  const { list, load, nearest } = await import("../../catalogue/shipped.js");
  // What takes and gives differs between the modules; here any of them will do.
  const known = list().find((model) => model.id === id);
  if (known) return (await load(known.id)).model as Model;
  try {
    // Asking is free; a job for a mistyped id is not wanted.
    await session.client.models.get(id);
  } catch (error) {
    const isUnknown = isRunComfyError(error) && (error.code === "not_found" || error.code === "config");
    if (isUnknown || nearest(id).length > 0) throw await refuseId(id);
    throw error;
  }
  session.terminal.say(`${plain(id)} is not in this package's catalogue, so its input is sent unchecked.`);
  return id;
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new CommandError(
      `Nothing was started: ${JSON.stringify(folder)} is no folder that can be written to (${(error as Error).message}).`,
      exitCodes.general,
    );
  }
}

function readAmount(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const amount = Number(text);
  if (text.trim() === "" || !(amount >= 0))
    throw new CommandError(`--max-usd takes an amount in US dollars. Given: ${JSON.stringify(text)}.`);
  return amount;
}

export interface JobWords extends WaitWords {
  readonly model?: string;
}

/** Picks up a job that was submitted before, by this or another process. */
async function openJob(
  terminal: Terminal,
  requestId: string,
  options: JobWords,
): Promise<{ session: Session; job: Job }> {
  const session = await openSession(terminal, options);
  return { session, job: session.client.job(options.model ?? unnamedModel, requestId) };
}

/** `status REQUEST`: one look. */
export async function showStatus(terminal: Terminal, requestId: string, options: JobWords): Promise<void> {
  const { session, job } = await openJob(terminal, requestId, options);
  await printStatus(session, job, options);
}

/** `wait REQUEST`: until its end. */
export async function waitForJob(terminal: Terminal, requestId: string, options: JobWords): Promise<void> {
  const { session, job } = await openJob(terminal, requestId, options);
  await finishJob(session, job, options);
}

/** `result REQUEST`: the result of a job that has ended; one that has not is an error (75). */
export async function showResult(terminal: Terminal, requestId: string, options: JobWords): Promise<void> {
  const { job } = await openJob(terminal, requestId, options);
  await refuseUnfinished(job);
  printResult(terminal, job, await job.result({ timeoutMs: timeoutOf(options) }), options, undefined);
}

/** `save REQUEST`: the files of a job that has ended. */
export async function saveJob(terminal: Terminal, requestId: string, options: JobWords): Promise<void> {
  const { session, job } = await openJob(terminal, requestId, options);
  await refuseUnfinished(job);
  const interrupt = catchInterrupt();
  try {
    const result = await job.result({ signal: interrupt.signal, timeoutMs: timeoutOf(options) });
    printResult(
      terminal,
      job,
      result,
      options,
      await saveFiles(session, job, result, options, interrupt.signal),
    );
  } finally {
    interrupt.release();
  }
}

async function refuseUnfinished(job: Job): Promise<void> {
  const { status } = await job.status();
  if (status === "in_queue" || status === "in_progress" || status === "unknown") {
    throw new CommandError(
      `Job ${job.id} has not ended yet (${status}). Wait for it:  ${self} wait ${job.id}`,
      exitCodes.temporary,
    );
  }
}

/** `cancel REQUEST`: only queued jobs can be. */
export async function cancelJob(terminal: Terminal, requestId: string, options: JobWords): Promise<void> {
  const { job } = await openJob(terminal, requestId, options);
  const result = await job.cancel();
  if (options.json) terminal.out(printJson({ requestId: job.id, outcome: result.outcome }));
  else if (result.outcome === "cancelled") terminal.out("cancelled");
  else {
    terminal.out("not_cancellable");
    terminal.say("Only queued jobs can be cancelled. This one runs or has ended, and is billed.");
  }
  if (result.outcome !== "cancelled") process.exitCode = exitCodes.general;
}

/** `balance`. */
export async function showBalance(terminal: Terminal, options: WaitWords): Promise<void> {
  const { client } = await openSession(terminal, options);
  const balance = await client.balance();
  terminal.out(options.json ? printJson(balance) : `$${balance.usd}`);
}
