import type { Session } from "../session/session.js";
import { balance } from "./balance.js";
import { cancel } from "./cancel.js";
import { estimatePrice } from "./estimate-price.js";
import { getModel } from "./get-model.js";
import { jobs } from "./jobs.js";
import { result } from "./result.js";
import { save } from "./save.js";
import { searchModels } from "./search-models.js";
import { submit } from "./submit.js";
import type { Tool } from "../calls/tool.js";
import { makeTypedTools } from "./typed-tools.js";
import { wait } from "./wait.js";

const everyTool: readonly Tool[] = [
  searchModels,
  getModel,
  estimatePrice,
  submit,
  wait,
  result,
  save,
  cancel,
  jobs,
  balance,
];

/** The tools of a session: those for every model, and one for each model of `--models`. */
export async function listTools(session: Session, signal: AbortSignal): Promise<readonly Tool[]> {
  return [...everyTool, ...(await makeTypedTools(session, signal))];
}
