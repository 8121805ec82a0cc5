import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { isRunComfyError } from "../../index.js";
import type { CheckedModel, Job } from "../../index.js";
import { checkSaveOptions } from "../../node/save/save-options.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";
import { catchInterrupt } from "../terminal/interrupt.js";
import { self } from "../terminal/invocation.js";
import { plain, printJson } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import { readFields } from "./field-input.js";
import { readPlaces, readPriceLimits, readTimeout } from "./job-args.js";
import type { SubmitArgs } from "./job-args.js";
import { finishJob } from "./job-ending.js";
import { formatWaitCommand } from "./job-hints.js";
import { showSubmit } from "./job-progress.js";
import { refuseId } from "./listing.js";
import { openSession } from "./session.js";
import type { Session } from "./session.js";

/** `run ID` and `submit ID`: the fields are flags, `key=value` or a file. */
export async function runModel(
  terminal: Terminal,
  id: string,
  fieldArgs: readonly string[],
  options: SubmitArgs,
): Promise<void> {
  // Invalid options of waiting and saving are refused before anything is paid.
  readTimeout(options);
  readPriceLimits(options);
  checkSaveOptions({ directory: options.save ?? ".", ...readPlaces(options) });
  const session = await openSession(terminal, options);
  const model = await resolveModel(session, id);
  const schema = typeof model === "string" ? undefined : model.input;
  const input = await readFields({ args: fieldArgs, inputFile: options.input, schema });
  if (options.save !== undefined) await makeFolder(options.save);
  const interrupt = catchInterrupt();
  try {
    const job = await submitJob(session, model, input, options, interrupt.signal);
    if (options.wait === false) printSubmitted(terminal, job, options);
    else await finishJob(session, job, options, interrupt.signal, input);
  } finally {
    interrupt.release();
  }
}

/** Sends the paid request. The job's id is said as soon as it is known, whatever becomes of the rest. */
async function submitJob(
  session: Session,
  model: CheckedModel | string,
  input: Awaited<ReturnType<typeof readFields>>,
  options: SubmitArgs,
  signal: AbortSignal,
): Promise<Job> {
  const { stop, ...callbacks } = showSubmit(session);
  try {
    return await session.client.submit(model, input, {
      ...readPriceLimits(options),
      ...callbacks,
      signal,
      check: options.check !== false,
      onJob: session.terminal.announce,
    });
  } finally {
    stop();
  }
}

function printSubmitted(terminal: Terminal, job: Job, options: SubmitArgs): void {
  if (options.json) terminal.out(printJson({ requestId: job.id, model: job.modelId }));
  else terminal.out(job.id);
  terminal.say(`Wait for it:  ${formatWaitCommand(job, options)}`);
}

/** The model of this package; the id alone for a model that only the live service has, whose input is not checked. */
async function resolveModel(session: Session, id: string): Promise<CheckedModel | string> {
  if (id.startsWith("-")) {
    throw new CommandError(
      `The model's id comes first, then its fields: ${self} run ID --prompt "A gentle breeze."`,
    );
  }
  const { list, load, nearest } = await import("../../catalogue/shipped.js");
  const known = list().find((model) => model.id === id);
  // The union of all generated modules is too large to work with; none of their own types matter here.
  if (known) return (await load(known.id)).model as CheckedModel;
  try {
    // This request is free, and it finds a mistyped id before a job is paid for.
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
      `Nothing was started: ${JSON.stringify(folder)} is not a folder that can be written to (${(error as Error).message}).`,
      exitCodes.general,
    );
  }
}
