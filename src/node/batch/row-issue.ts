import { describePath } from "../../errors/issue.js";
import type { Issue } from "../../errors/issue.js";
import type { RowProblem } from "./batch-row.js";

/** The problem of a row that an issue of its input is. */
export function describeRowIssue(
  place: Pick<RowProblem, "line" | "key">,
  { path, message }: Issue,
): RowProblem {
  return { ...place, ...(path && { field: describePath(path) }), message };
}
