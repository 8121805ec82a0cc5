import type { JobRecord, State } from "runcomfy-models/once";
import { describeRecord } from "../jobs/job-record.js";
import { answer } from "../calls/answer.js";
import type { Arguments, Tool, ToolCall, ToolReply } from "../calls/tool.js";

const states: readonly State[] = [
  "new",
  "held",
  "sending",
  "accepted",
  "unknown",
  "done",
  "failed",
  "cancelled",
  "rejected",
];

export const jobs: Tool = {
  name: "jobs",
  title: "List jobs",
  description:
    "Lists the jobs on record on this machine, the newest first, with key, state and cost. Free. Call it before you submit a job that " +
    "may have been submitted.",
  input: {
    type: "object",
    properties: {
      state: { type: "string", enum: states },
      limit: { type: "integer", minimum: 1, maximum: 50, default: 20 },
    },
    additionalProperties: false,
  },
  annotations: { readOnlyHint: true, openWorldHint: false },
  call: listJobs,
};

async function listJobs(args: Arguments, { session }: ToolCall): Promise<ToolReply> {
  const { state, limit = 20 } = args as { readonly state?: State; readonly limit?: number };
  const found: JobRecord[] = [];
  for await (const record of session.once.list({ state })) found.push(record);
  found.sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  return answer({ count: found.length, jobs: found.slice(0, limit).map(describeRecord) });
}
