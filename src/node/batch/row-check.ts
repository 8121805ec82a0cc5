import type { CheckedModel } from "../../input/define-model.js";
import type { RowProblem } from "./batch-row.js";
import type { KeyedRow } from "./keyed-rows.js";
import { describeRowIssue } from "./row-issue.js";

/** The problems of a row: those of its reading, or those of its input. */
export function checkRow(model: CheckedModel, row: KeyedRow, hasAttach: boolean): RowProblem[] {
  const { line, key, problems, input } = row;
  if (problems.length > 0) return problems.map((one) => ({ ...one, key }));
  return model["~check"](input)
    .filter(({ severity, code }) => severity !== "warning" && !(hasAttach && code === "media_address"))
    .map((issue) => describeRowIssue({ line, key }, issue));
}
