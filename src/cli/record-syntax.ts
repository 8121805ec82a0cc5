import { CommandError } from "./terminal/exit-code.js";
import { self } from "./terminal/invocation.js";
import type { Command } from "commander";
import type { ServiceArgs } from "./session/job-args.js";
import type { JobsArgs } from "./commands/jobs.js";
import { addCommand, addJsonOption, addServiceOptions } from "./option-groups.js";
import type { Terminal } from "./terminal/screen.js";

/** Adds `jobs` and its parts, which concern the record of this user's jobs. */
export function addRecordCommands(program: Command, terminal: Terminal): void {
  const jobs = addCommand(
    program,
    "jobs",
    "list the jobs that this user has started, and resolve those that were perhaps paid",
    "runcomfy-models jobs",
    "runcomfy-models jobs --unknown",
    "runcomfy-models jobs accept KEY REQUEST",
  ).option("--unknown", "only jobs that were perhaps paid");
  addJsonOption(jobs).allowExcessArguments();
  jobs.action(async (options: JobsArgs) => {
    const [word] = jobs.args;
    if (word !== undefined)
      throw new CommandError(
        `There is no command "jobs ${word}": after jobs comes accept, refuse or forget. One job is shown by:  ${self} status ${word}`,
      );
    const { listJobs } = await import("./commands/jobs.js");
    await listJobs(terminal, options);
  });
  const accept = addCommand(
    jobs,
    "accept <key> <request>",
    "say that a job that was perhaps paid is the one with this request id",
    "runcomfy-models jobs accept KEY REQUEST",
  );
  addServiceOptions(accept).action(
    async (key: string, request: string, _options: ServiceArgs, command: Command) => {
      const { acceptJob } = await import("./commands/jobs.js");
      await acceptJob(terminal, key, request, command.optsWithGlobals());
    },
  );
  const refuse = addCommand(
    jobs,
    "refuse <key> [request]",
    "say that a job that was perhaps paid was not paid: it may be sent again; with a request id, take an accept back",
    "runcomfy-models jobs refuse KEY",
    "runcomfy-models jobs refuse KEY REQUEST",
  );
  addServiceOptions(refuse).action(
    async (key: string, requestId: string | undefined, _options: ServiceArgs, command: Command) => {
      const { refuseJob } = await import("./commands/jobs.js");
      await refuseJob(terminal, { key, requestId }, command.optsWithGlobals());
    },
  );
  const forget = addCommand(
    jobs,
    "forget [keys...]",
    "remove jobs from the record: those that have ended, or the named ones",
    "runcomfy-models jobs forget",
    "runcomfy-models jobs forget KEY REQUEST",
  ).option("--force", "also forget a job that runs or was perhaps paid: only the record leads to it");
  addJsonOption(forget).action(
    async (keys: string[], _options: { force?: boolean; json?: boolean }, command: Command) => {
      const { forgetJobs } = await import("./commands/jobs.js");
      await forgetJobs(terminal, keys, command.optsWithGlobals());
    },
  );
}
