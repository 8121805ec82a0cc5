import { ConfigError } from "../errors/errors.js";
import { describeIssue, asSentence } from "../errors/issue.js";
import { checkInput } from "../input/check.js";
import type { Schema } from "../input/model.js";

const mostIssues = 5;

/**
 * Refuses nested data that its JSON Schema refuses or that JSON cannot carry. The ConfigError names each place, the value
 * that was given and the values that are allowed. `owner` begins the message, such as `"startEmulator"`.
 */
export function checkData(owner: string, schema: Schema, data: unknown): void {
  const issues = checkInput({ input: schema }, data);
  if (issues.length === 0) return;
  const lines = issues.slice(0, mostIssues).map(describeIssue);
  const more = issues.length > mostIssues ? `; and ${issues.length - mostIssues} more` : "";
  throw new ConfigError(asSentence(`${owner}: ${lines.join("; ")}${more}`));
}
