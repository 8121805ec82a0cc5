import { formatUsd } from "../terminal/money.js";
import { countStates } from "../../node/batch/counted-states.js";
import type { JobRecord } from "../../once/record/record.js";
import { nameBudget } from "../../once/record/budget-name.js";
import { createOnce } from "../../once/once.js";
import { hasJobTooMany } from "../../once/person-decisions.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";
import { self } from "../terminal/invocation.js";
import { plain, printJson } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import { quote } from "../terminal/shell-word.js";
import { describeUnknown } from "./batch-ending.js";
import { findBatch, nameFiles } from "./batch-files.js";
import type { BatchFiles } from "./batch-files.js";
import { describeCounts } from "./batch-progress.js";
import { openBatchRecords } from "./queue-records.js";
import type { BatchRecordArgs } from "./queue-records.js";
import { openSession, readOrigin } from "../session/session.js";
import type { Session } from "../session/session.js";

/** `batch status FILE`: prints the rows by state, and those that a person must settle. Reads the record only. */
export async function showBatchStatus(
  terminal: Terminal,
  rows: string,
  options: BatchRecordArgs,
): Promise<void> {
  const files = nameFiles(rows);
  const origin = readOrigin(options);
  const { store, space, flag, close } = await openBatchRecords(terminal, files, origin, options);
  const states = countStates();
  const records: JobRecord[] = [];
  for await (const record of store.list({ origin, space })) {
    states[record.state]++;
    if (options.json || record.state === "unknown") records.push(record);
  }
  const committedUsd = await store.committed(nameBudget({ origin, space }));
  await close();
  if (options.json) return terminal.out(printJson({ ...files, states, committedUsd, jobs: records }));
  terminal.out(`${describeCounts(states) || "no rows yet"}; ${formatUsd(committedUsd)} committed`);
  const unknown = records.map(({ key }) => key);
  if (unknown.length > 0) terminal.say(describeUnknown(unknown, files, flag));
}

/** `batch accept FILE KEY REQUEST`: a person says that a row that was perhaps paid is this job. */
export async function acceptRow(
  terminal: Terminal,
  rows: string,
  key: string,
  requestId: string,
  options: BatchRecordArgs,
): Promise<void> {
  await resolveRow(terminal, { rows, key, accepted: requestId }, options, (once) =>
    once.accept(key, requestId),
  );
}

/** `batch refuse FILE KEY [REQUEST]`: a person says that a row that was perhaps paid was not, or takes an `accept` back. */
export async function refuseRow(
  terminal: Terminal,
  {
    rows,
    key,
    requestId,
  }: { readonly rows: string; readonly key: string; readonly requestId?: string | undefined },
  options: BatchRecordArgs,
): Promise<void> {
  await resolveRow(terminal, { rows, key, taken: requestId }, options, (once) => once.refuse(key, requestId));
}

/** What a person says of a row: `accepted` is its job, `taken` is not its job after all. */
interface Resolution {
  readonly rows: string;
  readonly key: string;
  readonly accepted?: string;
  readonly taken?: string | undefined;
}

async function resolveRow(
  terminal: Terminal,
  { rows, key, accepted, taken }: Resolution,
  options: BatchRecordArgs,
  resolve: (once: ReturnType<typeof createOnce>) => Promise<JobRecord>,
): Promise<void> {
  const session = await openSession(terminal, options);
  const files = nameFiles(rows);
  const { origin } = session.client;
  const { store, space, flag, close } = await openBatchRecords(terminal, files, origin, options);
  try {
    if (!(await store.get({ origin, space, key })))
      throw new CommandError(
        `This batch has no row ${JSON.stringify(plain(key))} on record. "${self} batch status ${quote(rows)}${flag} --json" lists all rows.`,
        exitCodes.data,
      );
    const record = await resolve(createOnce({ client: session.client, store, space }));
    await sayBalances(session, files);
    if (options.json) return terminal.out(printJson(record));
    terminal.out(record.state);
    if (taken !== undefined) {
      terminal.say(`Job ${taken} is no longer a job of this row.`);
      if (record.state === "unknown") terminal.say(describeUnknown([key], files, flag));
      return;
    }
    terminal.say(
      record.state === "new" || record.job?.id === accepted
        ? `The next run of the batch goes on with it:  ${self} batch ${record.model} ${quote(rows)}${flag} …`
        : `${describeSecondJob(record)}
A mistake is taken back by:  ${self} batch refuse ${quote(rows)} ${quote(key)} REQUEST${flag}`,
    );
  } finally {
    await close();
  }
}

/** What a person should know who has accepted a second job for a row. */
function describeSecondJob(record: JobRecord): string {
  const both = `The row has another job, ${record.job?.id}. Both ids are on record, and both count against --max-usd.`;
  return hasJobTooMany(record)
    ? `${both}\nThe row was not sent so often: where this job is another row's, accept it for that row, too.`
    : both;
}

/** Prints the balance before the batch and now: a hint whether a row was paid. */
async function sayBalances(session: Session, files: BatchFiles): Promise<void> {
  const before = (await findBatch(session, files))?.balanceUsd;
  const now = await session.client.balance().catch(() => undefined);
  if (before !== undefined)
    session.terminal.say(`Balance when the batch was last started: ${formatUsd(before)}`);
  if (now) session.terminal.say(`Balance now: ${formatUsd(now.usd)}`);
}
