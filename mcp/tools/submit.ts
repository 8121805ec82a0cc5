import { submitJob } from "../jobs/submission.js";
import type { SubmitArguments } from "../jobs/submission.js";
import { besideArgument, inputArgument, keyArgument, modelArgument } from "./job-arguments.js";
import type { Tool } from "../calls/tool.js";

export const submit: Tool = {
  name: "submit",
  title: "Start a paid job",
  description:
    "Starts one job and PAYS for it, within the server's budget or after a person's yes. Answers within 20 seconds with key and state; " +
    "then call wait. Reuse the key when you repeat the call: the same key is never paid twice. Errors of the input come back as data: " +
    "correct the input and repeat with the same key.",
  input: {
    type: "object",
    properties: { model: modelArgument, input: inputArgument, key: keyArgument, beside: besideArgument },
    required: ["model", "input", "key"],
    additionalProperties: false,
  },
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  call: (args, call) => submitJob(call, args as unknown as SubmitArguments),
};
