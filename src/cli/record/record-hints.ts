import type { JobRecord } from "../../once/record/record.js";
import { withoutAdvice } from "../../protocol/reply-error.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";
import type { ExitCode } from "../terminal/exit-code.js";
import { describeError } from "../terminal/failure.js";
import { self } from "../terminal/invocation.js";
import { plain } from "../terminal/screen.js";
import { quote } from "../terminal/shell-word.js";

/** The error for a job that is on record, but that the service is not known to have accepted. */
export function describeUnsent(record: JobRecord): CommandError {
  const { state, key, error } = record;
  const said = error ? ` ${plain(withoutAdvice(describeError(error)))}` : "";
  const codes: { readonly [state: string]: ExitCode } = {
    unknown: exitCodes.perhapsPaid,
    held: exitCodes.held,
    rejected: exitCodes.data,
    sending: exitCodes.temporary,
  };
  const hint = state === "unknown" ? `\n${describeResolving(record)}` : "";
  return new CommandError(
    `The job under the key ${JSON.stringify(plain(key))} is ${describeState(state)}.${said}${hint}`,
    codes[state] ?? exitCodes.general,
    { document: { key, state, model: record.model } },
  );
}

/** The commands by which a person settles a job that was perhaps paid. */
export function describeResolving({ key }: Pick<JobRecord, "key">): string {
  return (
    `It is never sent again by itself. Say what Generations on runcomfy.com shows:\n` +
    `  ${self} jobs accept ${quote(key)} REQUEST   # the job is there, under this request id\n` +
    `  ${self} jobs refuse ${quote(key)}           # there is no such job: it was not paid`
  );
}

/** A state of the record in words. */
export function describeState(state: JobRecord["state"]): string {
  const words: { readonly [state: string]: string } = {
    new: "not sent",
    held: "held by its price cap",
    sending: "being sent",
    unknown: "perhaps paid",
  };
  return words[state] ?? state;
}
