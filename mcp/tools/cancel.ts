import { refuseError } from "../jobs/failure.js";
import { describeMissing, describeRecord, describeStanding, findRecord } from "../jobs/job-record.js";
import { answer, refuse } from "../calls/answer.js";
import { jobArgument } from "./job-arguments.js";
import type { Arguments, Tool, ToolCall, ToolReply } from "../calls/tool.js";

export const cancel: Tool = {
  name: "cancel",
  title: "Cancel a job",
  description:
    "Asks the service to cancel a job. Only a job that still waits in the queue can be cancelled; one that runs is billed.",
  input: {
    type: "object",
    properties: { job: jobArgument },
    required: ["job"],
    additionalProperties: false,
  },
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  call: cancelJob,
};

async function cancelJob({ job: name }: Arguments, { session, signal }: ToolCall): Promise<ToolReply> {
  const record = await findRecord(session, String(name));
  if (!record) return refuse(describeMissing(String(name)));
  if (record.state !== "accepted") return answer(describeStanding(record));
  try {
    const after = await session.once.cancel(record.key, { signal });
    if (after.state === "cancelled") return answer(describeRecord(after));
    return answer({
      ...describeRecord(after),
      cancelled: false,
      what_to_do: "It runs already or has ended, and is billed. Call wait.",
    });
  } catch (error) {
    return refuseError(error, describeStanding(record));
  }
}
