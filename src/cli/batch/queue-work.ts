import { runWorker } from "../../adapters/pg-boss/queue-worker.js";
import type { SavedFiles } from "../../adapters/pg-boss/worker-context.js";
import type { JobResult, RunnableModel } from "../../index.js";
import { checkSaveOptions } from "../../node/save/save-options.js";
import { save } from "../../node/save/save.js";
import type { JobRecord } from "../../once/record/record.js";
import { toDay } from "../models/daily-models.js";
import { readOwnModels } from "../models/own-models.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";
import { limitHeapGrowth } from "../terminal/heap-growth.js";
import { catchInterrupt } from "../terminal/interrupt.js";
import { plain } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import { isLocal } from "../job/file-saving.js";
import { makeFolder } from "../session/folders.js";
import { readPlaces } from "../session/job-args.js";
import { resolveModel } from "../session/model-resolving.js";
import { readCount } from "./queue-args.js";
import type { WorkArgs } from "./queue-args.js";
import { connectQueue } from "./queue-connection.js";
import { signPlaces } from "./queue-files.js";
import { openSession } from "../session/session.js";
import type { Session } from "../session/session.js";
import { readUploadPlace } from "../files/upload-place.js";
import { toRecordedFiles } from "../../node/save/recorded-files.js";

/** `work --queue URL`: runs the rows of batches until it is ended by a signal. */
export async function work(terminal: Terminal, options: WorkArgs): Promise<void> {
  const leaseSeconds = readCount("--lease", options.lease);
  const limits = {
    leaseMs: leaseSeconds && leaseSeconds * 1000,
    submits: readCount("--submits", options.submits),
    running: readCount("--running", options.running),
  };
  if (options.save !== undefined) checkSaveOptions({ directory: options.save, ...readPlaces(options) });
  const upload = options.upload === undefined ? undefined : readUploadPlace(options.upload);
  limitHeapGrowth();
  await readOwnModels(options);
  const session = await openSession(terminal, options);
  const warn = (message: string): void => terminal.say(`Warning: ${plain(message)}`);
  const queue = await connectQueue(options.queue, warn);
  const interrupt = catchInterrupt();
  try {
    if (options.save !== undefined) await makeFolder(options.save);
    terminal.say(
      "Working. Ctrl-C or SIGTERM ends this worker; its jobs go on, and other workers wait for them.",
    );
    const reason = await runWorker({
      ...queue,
      ...limits,
      client: session.client,
      signal: interrupt.signal,
      loadModel: modelLoader(session, options),
      attach: (model) => signPlaces(model, upload, validForMs),
      save: options.save === undefined ? undefined : saveTo(options.save, session, options),
      log: (_level, message) => warn(message),
      onRecord: (record) => tellRecord(terminal, record, options.json === true),
    });
    if (reason)
      throw new CommandError(reason.message, reason.code === "auth" ? exitCodes.auth : exitCodes.service);
  } finally {
    interrupt.release();
    await queue.close();
  }
}

/** The time for which the service must be able to fetch the files of a row. */
const validForMs = 86_400_000;

/** Gives models as `run` does, with their checks and prices. Each is resolved once a day, as live entries are read. */
function modelLoader(session: Session, options: WorkArgs): (id: string) => Promise<RunnableModel> {
  const resolved = new Map<string, Promise<RunnableModel>>();
  return async (id) => {
    const day = toDay(new Date().toISOString());
    const model = resolved.get(`${day} ${id}`) ?? resolveModel(session, id, options);
    resolved.set(`${day} ${id}`, model);
    try {
      return await model;
    } catch (error) {
      resolved.delete(`${day} ${id}`);
      // The row was checked when it was queued. If there is no such model, the service says so at each attempt.
      if (error instanceof CommandError) return id;
      throw error;
    }
  };
}

/** Saves files below a folder, which may be one that all workers share. */
function saveTo(directory: string, { client, baseUrl }: Session, options: WorkArgs) {
  return async (result: JobResult, record: JobRecord, signal: AbortSignal): Promise<SavedFiles> => {
    const job = record.job && client.job(record.job);
    const { files, failed } = await save(result, {
      directory,
      name: record.key,
      input: record.input,
      force: options.force === true,
      ...readPlaces(options),
      allowLocalhost: isLocal(baseUrl),
      onFailure: "report",
      signal,
      ...(job && { refresh: () => job.result({ signal }) }),
    });
    return {
      files: toRecordedFiles(files),
      missing: failed.filter(({ role }) => role === "output").length,
    };
  };
}

function tellRecord(terminal: Terminal, record: JobRecord, isJson: boolean): void {
  const { space, key, state, job, error } = record;
  if (isJson) terminal.out(JSON.stringify(record));
  const about = [job && `job ${job.id}`, error?.message].filter((part) => part !== undefined).join(": ");
  if (!isJson) terminal.say(plain(`${space} ${key}  ${state}${about && `  ${about}`}`));
}
