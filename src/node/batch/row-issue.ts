import { describeIssue } from "../../errors/issue.js";
import type { Issue } from "../../errors/issue.js";
import type { RowProblem } from "./batch-row.js";

/** The problem of a row that an issue of its input is. */
export function describeRowIssue(place: Pick<RowProblem, "line" | "key">, issue: Issue): RowProblem {
  const [field, message] = splitIssue(describeIssue(issue));
  return { ...place, ...(field && { field }), message };
}

/** Splits `` `field`: message ``. */
function splitIssue(text: string): readonly [field: string | undefined, message: string] {
  const found = /^`([^`]*)`: ([^]*)$/.exec(text);
  return found ? [found[1], found[2]!] : [undefined, text.replace(/^input: /, "")];
}
