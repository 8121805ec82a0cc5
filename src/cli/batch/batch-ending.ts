import { formatUsd } from "../terminal/money.js";
import type { BatchReport, StateCounts } from "../../node/batch/batch-types.js";
import { exitCodes } from "../terminal/exit-code.js";
import type { ExitCode } from "../terminal/exit-code.js";
import { self } from "../terminal/invocation.js";
import { plain, printJson, putOnOneLine } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import { quote } from "../terminal/shell-word.js";
import type { BatchFiles } from "./batch-files.js";
import { describeCounts } from "./batch-progress.js";

/** The exit code of a batch: that of the outcome that needs a person most. */
export function exitCodeOfBatch({ states, stopped, ...report }: BatchReport): ExitCode {
  const { unknown, unnoted, filesMissing } = report;
  if (unknown.length > 0 || states.unknown > 0) return exitCodes.perhapsPaid;
  if (unnoted.length > 0) return exitCodes.output;
  switch (stopped?.code) {
    case "auth":
      return exitCodes.auth;
    case "disk_full":
      return exitCodes.output;
    case "insufficient_balance":
      return exitCodes.held;
    case "declined":
    case "record":
    case "store":
    case "failures":
      return exitCodes.general;
    default:
  }
  const worst = exitCodeOfStates(states);
  if (worst !== undefined) return worst;
  if (filesMissing.length > 0) return exitCodes.output;
  if (states.accepted + states.sending > 0) return exitCodes.temporary;
  return states.new > 0 ? exitCodes.general : exitCodes.ok;
}

/** The exit code for rows that are not done and will not be; undefined where there are none. */
export function exitCodeOfStates(states: StateCounts): ExitCode | undefined {
  if (states.unknown > 0) return exitCodes.perhapsPaid;
  if (states.held > 0) return exitCodes.held;
  if (states.failed > 0) return exitCodes.jobFailed;
  if (states.cancelled > 0) return exitCodes.jobCancelled;
  return states.rejected > 0 ? exitCodes.data : undefined;
}

/** Prints the end of a batch: the rows by state, the dollars, and what a person has to do. */
export function printReport(
  terminal: Terminal,
  report: BatchReport,
  files: BatchFiles,
  options: { readonly resume: string; readonly retry: string; readonly isJson: boolean },
): void {
  const { states, committedUsd, stopped, unknown, unnoted, filesMissing } = report;
  if (options.isJson) terminal.out(putOnOneLine(printJson({ type: "report", ...report })));
  // The plan has said that there are no rows.
  if (report.plan.rows > 0) terminal.say(`${describeCounts(states)}; ${formatUsd(committedUsd)} committed.`);
  if (stopped) terminal.say(`Stopped: ${plain(stopped.message)}`);
  for (const { key, job } of unnoted)
    terminal.say(`Paid and not noted: job ${job} of row ${plain(key)}. Keep its id.`);
  if (filesMissing.length > 0)
    terminal.say(
      `${filesMissing.length} done rows have files that are not saved yet; the next run fetches them.`,
    );
  if (unknown.length > 0) terminal.say(describeUnknown(unknown, files));
  // Rows that are held would be held again by the same command.
  const isOpen = states.new + states.accepted + states.sending > 0 || filesMissing.length > 0;
  if (states.held > 0) terminal.say("Rows that are held go on once --max-usd is raised.");
  if (states.failed + states.cancelled > 0)
    terminal.say(`Rows that failed are tried again by:\n  ${options.retry}`);
  if (isOpen || stopped) terminal.say(`Go on with:\n  ${options.resume}`);
}

/** The commands that resolve rows whose outcome is unknown. */
export function describeUnknown(keys: readonly string[], { rows }: BatchFiles, flag = ""): string {
  const [first = ""] = keys;
  const names = keys.slice(0, 10).map(plain).join(", ");
  return (
    `Perhaps paid, and never sent again by itself: ${names}${keys.length > 10 ? ` and ${keys.length - 10} more` : ""}.\n` +
    "Say what Generations on runcomfy.com shows:\n" +
    `  ${self} batch accept ${quote(rows)} ${quote(first)} REQUEST${flag}\n` +
    `  ${self} batch refuse ${quote(rows)} ${quote(first)}${flag}`
  );
}
