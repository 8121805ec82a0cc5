import type { Schema } from "runcomfy-models";
import { submitJob } from "../jobs/submission.js";
import type { SubmitArguments } from "../jobs/submission.js";
import { findModel, isFound } from "../models/model-resolving.js";
import { bareSchema, hasSentences } from "../models/schema-text.js";
import type { Session } from "../session/session.js";
import { StartError, exitCodes } from "../settings/start-error.js";
import { besideArgument, inputArgument, keyArgument } from "./job-arguments.js";
import type { Tool } from "../calls/tool.js";

/**
 * Makes a tool with typed fields for each model of `--models`. The list of tools has no wording of a model: an agent takes that list
 * for instructions, so get_model gives the descriptions as data.
 *
 * @throws StartError (65) for an id that names no model.
 */
export async function makeTypedTools(session: Session, signal: AbortSignal): Promise<Tool[]> {
  const tools: Tool[] = [];
  for (const id of session.settings.models) {
    const tool = await makeTypedTool(session, id, signal);
    if (!tools.some(({ name }) => name === tool.name)) tools.push(tool);
  }
  return tools;
}

async function makeTypedTool(session: Session, id: string, signal: AbortSignal): Promise<Tool> {
  const found = await findModel(session, id, signal);
  if (!isFound(found)) {
    const near = found.nearest.map((one) => JSON.stringify(one)).join(" or ");
    throw new StartError(
      `--models: there is no model ${JSON.stringify(id)}.${near === "" ? "" : ` Did you mean ${near}?`}`,
      exitCodes.data,
    );
  }
  const { model } = found;
  const bare = typeof model === "string" ? undefined : bareSchema(model.input);
  // Names and values of a live entry are not reviewed by anybody.
  const isUsable = bare !== undefined && !(found.isLive && hasSentences(bare));
  const fields = isUsable ? (bare as Schema) : inputArgument;
  return {
    name: `submit_${id.toLowerCase().replace(/[^a-z0-9]+/g, "_")}`.slice(0, 64),
    title: `Start a paid job of ${id}`,
    description: `Starts one job of the model ${id} and PAYS for it: as submit, with the fields of this model. get_model describes them.`,
    input: {
      type: "object",
      properties: { input: fields, key: keyArgument, beside: besideArgument },
      required: ["input", "key"],
      additionalProperties: false,
    },
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
    call: (args, call) => submitJob(call, { ...(args as unknown as SubmitArguments), model: id }),
  };
}
