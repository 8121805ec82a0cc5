import { count } from "../batch/batch-progress.js";
import { formatUsd } from "../terminal/money.js";
import { userRecordPath } from "../../node/record/user-record-path.js";
import type { JobRecord } from "../../once/record/record.js";
import type { Store } from "../../once/record/store.js";
import { serviceOrigin } from "../../protocol/paths.js";
import { findRecord } from "../record/job-lookup.js";
import { batchSpace, hasRecord, openRecord } from "../record/user-record.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";
import { self } from "../terminal/invocation.js";
import { quote } from "../terminal/shell-word.js";
import { plain, printJson } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import { layOutTable } from "../terminal/text-table.js";
import type { BatchEntry } from "../batch/batch-files.js";
import type { ServiceArgs } from "../session/job-args.js";
import { describeResolving, describeState } from "../record/record-hints.js";
import { openSession } from "../session/session.js";
import type { Session } from "../session/session.js";
import { openOnce } from "../job/tracked-job.js";

/** The options of `jobs`, as commander gives them. */
export interface JobsArgs {
  readonly unknown?: boolean;
  readonly json?: boolean;
}

/** `jobs`: the jobs on record, the newest first. */
export async function listJobs(terminal: Terminal, options: JobsArgs): Promise<void> {
  const store = (await hasRecord()) ? await openRecord(terminal) : undefined;
  const all: JobRecord[] = [];
  for await (const record of store?.list() ?? []) all.push(record);
  all.sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0));
  const batches = all.filter(({ space }) => space === batchSpace);
  const jobs = all.filter(
    ({ space, state }) => space !== batchSpace && (!options.unknown || state === "unknown"),
  );
  if (options.json)
    return terminal.out(
      printJson({ record: userRecordPath(), jobs, batches: batches.map(({ input }) => input) }),
    );
  if (terminal.isScreen) terminal.out(layOutJobs(terminal, jobs));
  // A pipe gets one job a line, which is easy for other programs to read.
  else for (const job of jobs) terminal.out(formatLine(job));
  for (const { key, input } of options.unknown ? [] : batches)
    terminal.say(`Batch: ${plain(key)}  (${self} batch status ${quote(plain(nameRows(input)))})`);
  const unknown = jobs.find(({ state }) => state === "unknown");
  if (unknown) terminal.say(`Perhaps paid: ${plain(unknown.key)}. ${describeResolving(unknown)}`);
  if (jobs.length === 0)
    terminal.say(`No ${options.unknown ? "unknown job" : "job"} in ${userRecordPath()}.`);
}

/** The file of a batch, as the commands about it take it; rows of standard input have a record of this name. */
function nameRows(input: unknown): string {
  return String((Object(input) as BatchEntry).rows).replace(/(^|[\\/])-$/, "$1stdin");
}

function layOutJobs({ columns }: Terminal, jobs: readonly JobRecord[]): string {
  const rows = jobs.map((job) => [
    job.job?.id ?? job.key,
    describeState(job.state),
    formatAge(job),
    formatCost(job),
    formatFiles(job),
  ]);
  const below = jobs.map(({ model, key, job, origin, error }) =>
    [model, ...(job ? [`key ${key}`] : []), ...describePlace(origin), ...(error ? [error.message] : [])].join(
      ", ",
    ),
  );
  return layOutTable(["JOB OR KEY", "STATE", "AGE", "COST", "FILES"], rows, columns, below);
}

function formatLine(job: JobRecord): string {
  const { state, model, createdAt } = job;
  return [job.job?.id ?? job.key, state, model, createdAt, formatCost(job), formatFiles(job)]
    .map((cell) => plain(cell).replace(/\s+/g, " "))
    .join("\t");
}

function formatAge({ createdAt }: JobRecord): string {
  const seconds = Math.floor(Math.max(0, Date.now() - Date.parse(createdAt)) / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} days`;
}

function formatCost({ costUsd, usd }: JobRecord): string {
  if (costUsd !== undefined) return formatUsd(costUsd);
  return usd === undefined ? "" : `~${formatUsd(usd)}`;
}

function formatFiles({ files = [], filesMissing = 0 }: JobRecord): string {
  return filesMissing > 0 ? `${files.length} of ${files.length + filesMissing}` : String(files.length);
}

/** The address of the service where it is not the usual one: jobs of an emulator are no jobs of the account. */
function describePlace(origin: string): string[] {
  return origin === serviceOrigin ? [] : [origin];
}

/** `jobs accept KEY REQUEST`: a person says that a job that was perhaps paid is this one. */
export async function acceptJob(
  terminal: Terminal,
  key: string,
  requestId: string,
  options: ServiceArgs,
): Promise<void> {
  const { session, store, record } = await openEntry(terminal, key, options);
  const accepted = await openOnce(session, store).accept(record.key, requestId);
  await sayBalances(session, record.balanceUsd);
  if (options.json) return terminal.out(printJson(accepted));
  terminal.out(accepted.state);
  terminal.say(`Job ${requestId} is on record. Wait for it:  ${self} wait ${requestId}`);
}

/** `jobs refuse KEY [REQUEST]`: a person says that a job that was perhaps paid was not, or takes an `accept` back. */
export async function refuseJob(
  terminal: Terminal,
  { key, requestId }: { readonly key: string; readonly requestId: string | undefined },
  options: ServiceArgs,
): Promise<void> {
  const { session, store, record } = await openEntry(terminal, key, options);
  const refused = await openOnce(session, store).refuse(record.key, requestId);
  await sayBalances(session, record.balanceUsd);
  if (options.json) return terminal.out(printJson(refused));
  terminal.out(refused.state);
  if (requestId === undefined) terminal.say("It counts as not paid, and may be started again.");
  else if (refused.state === "unknown")
    terminal.say(`Perhaps paid: ${plain(key)}. ${describeResolving(refused)}`);
  else terminal.say(`Job ${requestId} is no longer a job under this key.`);
}

/**
 * `jobs forget`: removes from the record the jobs that have ended, or the named ones. Only the record knows of a job that is accepted
 * or perhaps paid: such a job is removed only with `--force`.
 */
export async function forgetJobs(
  terminal: Terminal,
  names: readonly string[],
  options: { readonly force?: boolean; readonly json?: boolean },
): Promise<void> {
  const store = await openRecord(terminal);
  const jobs: JobRecord[] = [];
  for await (const record of store.list()) if (record.space !== batchSpace) jobs.push(record);
  const chosen =
    names.length === 0
      ? jobs.filter(isOver)
      : names.map((name) => {
          const found = jobs.find(({ job }) => job?.id === name) ?? jobs.find(({ key }) => key === name);
          if (!found)
            throw new CommandError(
              `No job is on record under ${JSON.stringify(plain(name))}.`,
              exitCodes.data,
            );
          return found;
        });
  const open = options.force ? [] : chosen.filter((job) => !isOver(job));
  if (open.length > 0)
    throw new CommandError(
      `${open.map(({ key, state }) => `${plain(key)} is ${describeState(state)}`).join(", ")}: only the record knows of it. ` +
        "Nothing was forgotten; --force forgets it all the same.",
      exitCodes.general,
    );
  const forgotten = await store.forget(chosen);
  await store.close();
  if (options.json) terminal.out(printJson({ forgotten }));
  else {
    terminal.out(`${forgotten}`);
    terminal.say(`${count(forgotten, "job")} removed from the record.`);
  }
}

/** True for a job that is finished in every respect: it has ended, and no file is missing. */
function isOver({ state, filesMissing = 0 }: JobRecord): boolean {
  return ["done", "failed", "cancelled", "rejected", "new", "held"].includes(state) && filesMissing === 0;
}

async function openEntry(
  terminal: Terminal,
  key: string,
  options: ServiceArgs,
): Promise<{ session: Session; store: Store; record: JobRecord }> {
  const session = await openSession(terminal, options);
  const store = await openRecord(terminal);
  const record = await findRecord(store, session.client.origin, key);
  if (record) return { session, store, record };
  throw new CommandError(
    `No job of ${session.host} is on record under the key ${JSON.stringify(plain(key))}. "${self} jobs" lists all of them.`,
    exitCodes.data,
  );
}

/** Prints the balance before and now, a hint whether a job was paid. An error here does not end the command. */
async function sayBalances({ client, terminal }: Session, before: number | undefined): Promise<void> {
  const balance = await client.balance().catch(() => undefined);
  if (before !== undefined) terminal.say(`Balance before the job was sent: ${formatUsd(before)}`);
  if (balance) terminal.say(`Balance now: ${formatUsd(balance.usd)}`);
}
