import { formatUsd } from "../terminal/money.js";
import type { AttachProgress } from "../../attach/attach.js";
import type { BatchEvent, BatchPlan, BatchProgress, StateCounts } from "../../node/batch/batch-types.js";
import { plain } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import type { RowUpload } from "../files/file-inputs.js";
import { formatBar, formatBytes, formatDuration } from "../job/job-progress.js";
import { describeState } from "../record/record-hints.js";

/** Shows a batch. */
export interface BatchDisplay {
  readonly onEvent: (event: BatchEvent) => void;
  /** Begins to show the uploads of one row. */
  readonly beginUpload: () => RowUpload;
}

/** A batch as lines for people: one live line on a terminal, a line for each row and each upload elsewhere. */
export function showBatch(terminal: Terminal, maxUsd: number | undefined): BatchDisplay {
  const uploads = new Map<RowUpload, AttachProgress>();
  let last: BatchProgress | undefined;
  function draw(): void {
    const uploading = describeUploads([...uploads.values()]);
    terminal.live(last ? describeProgress(last, maxUsd, uploading) : uploading.join(""));
  }
  function onEvent(event: BatchEvent): void {
    if (event.type === "notice") terminal.say(`Notice: ${plain(event.message)}`);
    else if (event.type === "progress") {
      last = event;
      draw();
    }
    // On a terminal the line of progress counts rows; those that need a person are told one by one. The plan has told the problems.
    else if (
      event.type === "row" &&
      (!terminal.isWatched || ["failed", "unknown", "rejected"].includes(event.state))
    )
      terminal.say(describeRow(event));
  }
  function beginUpload(): RowUpload {
    const upload: RowUpload = {
      onProgress: (progress) => {
        uploads.set(upload, progress);
        draw();
      },
      end: (isSent) => {
        const progress = uploads.get(upload);
        // Small files go into the request itself.
        if (!uploads.delete(upload)) return;
        if (isSent && !terminal.isWatched) terminal.say(`uploaded ${formatBytes(progress!.totalBytes)}`);
        draw();
      },
    };
    return upload;
  }
  return { onEvent, beginUpload };
}

/** The bytes of all uploads that are under way; empty where there is none. */
function describeUploads(uploads: readonly AttachProgress[]): string[] {
  if (uploads.length === 0) return [];
  const sent = uploads.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
  const total = uploads.reduce((sum, { totalBytes }) => sum + totalBytes, 0);
  return [`uploading ${formatBytes(sent)} of ${formatBytes(total)}`];
}

function describeRow(event: BatchEvent & { type: "row" }): string {
  const { key, line, state, costUsd, files = [], job, error } = event;
  const facts = [
    describeState(state),
    ...(job === undefined ? [] : [job]),
    ...(costUsd === undefined ? [] : [formatUsd(costUsd)]),
    ...files,
    ...(error === undefined ? [] : [error]),
  ];
  return plain(`${key} (line ${line}): ${facts.join(", ")}`.replace(/\s+/g, " "));
}

/** The live line: a bar, the rows by state, the dollars, the time that is left. `uploading` tells of the uploads. */
export function describeProgress(
  { rows, states, committedUsd, leftMs }: BatchProgress,
  maxUsd: number | undefined,
  uploading: readonly string[] = [],
): string {
  const ended = states.done + states.failed + states.cancelled + states.rejected;
  return [
    `${formatBar(ended, rows)}${states.done} of ${rows} done`,
    ...uploading,
    `${states.accepted + states.sending} running`,
    ...(["failed", "unknown", "held"] as const).flatMap((state) =>
      states[state] > 0 ? `${states[state]} ${state}` : [],
    ),
    `${formatUsd(committedUsd)}${maxUsd === undefined ? "" : ` of ${formatUsd(maxUsd)}`}`,
    ...(leftMs === undefined ? [] : [`${formatDuration(leftMs)} left`]),
  ].join(", ");
}

/** `--check`: tells every problem with its line, field and cause, as it is found. */
export function printProblems(
  terminal: Terminal,
  onOther: (event: BatchEvent) => void,
): (event: BatchEvent) => void {
  return (event) => (event.type === "problem" ? terminal.out(describeRowProblem(event)) : onOther(event));
}

/** Describes the plan of a batch, before anything is sent. */
export function describePlan(plan: BatchPlan, rows: string, model: string): string {
  const { newRows, knownRows, states, problems, committedUsd, maxUsd } = plan;
  if (plan.rows === 0) return `${nameRows(rows)} has no rows: there is nothing to send.`;
  const known = describeCounts({ ...states, rejected: 0 });
  return [
    `${nameRows(rows)}: ${count(plan.rows, "row")} for ${plain(model)}`,
    `  ${count(newRows, "new row")}, ${describePrice(plan)}`,
    ...(knownRows > 0 ? [`  ${count(knownRows, "known row")}: ${known}; never paid again`] : []),
    ...(states.rejected > 0
      ? [
          `  ${count(states.rejected, "row")} not sent: ${states.rejected === 1 ? "it does" : "they do"} not fit the model`,
        ]
      : []),
    `  ${formatUsd(committedUsd)} committed before${maxUsd === undefined ? "" : `, of at most ${formatUsd(maxUsd)}`}`,
    ...problems.slice(0, 5).map((problem) => `  ${describeRowProblem(problem)}`),
    ...(problems.length > 5 ? ["  … and more problems: --check lists all of them"] : []),
  ].join("\n");
}

/** The dollars of the new rows, as far as they are known. */
export function describePrice({ usdAtLeast, isExact, unpricedRows, newRows }: BatchPlan): string {
  if (newRows > 0 && usdAtLeast === 0) return "whose price is not known";
  const amount = `${isExact ? "" : "at least "}${formatUsd(usdAtLeast)}`;
  return unpricedRows > 0 ? `${amount}; ${count(unpricedRows, "row")} without a certain price` : amount;
}

/** A problem of a row on one line: the line, the key, the field, the cause. */
export function describeRowProblem({ line, key, field, message }: BatchPlan["problems"][number]): string {
  const place = [`line ${line}`, ...(key === undefined ? [] : [`key ${key}`]), ...(field ? [field] : [])];
  return plain(`${place.join(", ")}: ${message}`.replace(/\s+/g, " "));
}

/** Numbers of rows by state, in words; without the states that no row has. */
export function describeCounts(states: StateCounts): string {
  return Object.entries(states)
    .filter(([, rows]) => rows > 0)
    .map(([state, rows]) => `${rows} ${describeState(state as keyof StateCounts)}`)
    .join(", ");
}

/** The file of the rows in a message. */
export function nameRows(rows: string): string {
  return rows === "-" ? "Standard input" : plain(rows);
}

/** A number with its noun: `1 row`, `2 rows`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}
