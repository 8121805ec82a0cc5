import { isRunComfyError } from "runcomfy-models";
import type { JobUpdate } from "runcomfy-models";
import type { JobRecord } from "runcomfy-models/once";
import { refuseError } from "../jobs/failure.js";
import { describeMissing, describeStanding, findRecord } from "../jobs/job-record.js";
import { during, within } from "../session/timer.js";
import { answer, refuse } from "../calls/answer.js";
import { jobArgument } from "./job-arguments.js";
import type { Arguments, Tool, ToolCall, ToolReply } from "../calls/tool.js";

export const wait: Tool = {
  name: "wait",
  title: "Wait for a job",
  description:
    "Waits for the end of a job, at most 45 seconds. Free. Where the job goes on, call wait again, as often as needed: videos may take " +
    "many minutes.",
  input: {
    type: "object",
    properties: {
      job: jobArgument,
      seconds: { type: "number", minimum: 1, maximum: 45, default: 45 },
    },
    required: ["job"],
    additionalProperties: false,
  },
  annotations: { readOnlyHint: true, openWorldHint: true },
  call: waitForJob,
};

const goesOn = "The job goes on. Call wait again.";

const waitedFor: readonly JobRecord["state"][] = ["sending", "accepted"];

async function waitForJob(args: Arguments, call: ToolCall): Promise<ToolReply> {
  const { session } = call;
  const name = String(args["job"]);
  const ms = Math.min(session.limits.waitMs, Number(args["seconds"] ?? 45) * 1000);
  const endsAt = performance.now() + ms;
  const record = await findSent(call, name, ms);
  if (!record) return refuse(describeMissing(name));
  if (waitedFor.includes(record.state))
    return waitForEnd(call, record, Math.max(1, endsAt - performance.now()));
  const isOpen = session.sending.has(record.key);
  return answer({ ...describeStanding(record), ...(isOpen && { state: "sending", what_to_do: goesOn }) });
}

/** The record of a job. One that this server is sending at the moment may have no record yet, or none that says so. */
async function findSent(
  { session, report }: ToolCall,
  name: string,
  ms: number,
): Promise<JobRecord | undefined> {
  const record = await findRecord(session, name);
  const sending = session.sending.get(record?.key ?? name);
  if (!sending || (record && waitedFor.includes(record.state))) return record;
  await during(within(sending.ended, ms), session.limits.reportMs, () => report("being sent"));
  return findRecord(session, name);
}

async function waitForEnd(call: ToolCall, { key }: JobRecord, ms: number): Promise<ToolReply> {
  const { session, report } = call;
  const { once, limits, closing } = session;
  let last: JobUpdate | undefined;
  const waiting = once.wait(key, {
    timeoutMs: ms,
    signal: AbortSignal.any([call.signal, closing.signal]),
    onUpdate: (update) => {
      last = update;
      report(describeUpdate(update));
    },
  });
  try {
    const ended = await during(waiting, limits.reportMs, () => report(describeUpdate(last)));
    return answer(describeStanding(ended));
  } catch (error) {
    const record = await once.status(key);
    const isOpen = isRunComfyError(error) && ["job_timeout", "record", "submit_unknown"].includes(error.code);
    if (!isOpen || !record) return refuseError(error, record && describeStanding(record));
    const step = waitedFor.includes(record.state) && { what_to_do: goesOn };
    return answer({ ...describeStanding(record), ...describeProgress(last), ...step });
  }
}

function describeProgress(update: JobUpdate | undefined): object {
  if (!update) return {};
  const { status, queuePosition } = update;
  return { status, ...(queuePosition !== undefined && { queue_position: queuePosition }) };
}

function describeUpdate(update: JobUpdate | undefined): string {
  if (!update) return "waiting";
  const { status, queuePosition } = update;
  return queuePosition === undefined ? status : `${status}, ${queuePosition} ahead`;
}
