import type { CheckAnswer, CheckRequest } from "../api-types.js";
import { checkOpenInput, openInput } from "../models/given-input.js";
import { writeCommand, writeProgram } from "../models/input-code.js";
import { priceJob } from "./job-price.js";
import type { StudioParts } from "./studio-parts.js";

/** The problems of an input, its price, and the code that runs it elsewhere. Nothing is sent. */
export async function checkJob(
  parts: StudioParts,
  { model: id, input, measure }: CheckRequest,
  signal: AbortSignal,
): Promise<CheckAnswer> {
  const model = await parts.models.load(id, signal);
  const opened = await openInput(model, input, parts.files, signal);
  const issues = await checkOpenInput(model, opened, parts.files, { signal, measure });
  return {
    issues: issues.map(({ path, message, severity }) => ({
      path,
      message: parts.hidePlaces(message),
      ...(severity && { severity }),
    })),
    estimate: priceJob(parts, model, opened.kept),
    typescript: writeProgram(model, input, !parts.models.isShipped(id)),
    command: writeCommand(model, input),
  };
}
