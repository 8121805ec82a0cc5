import { createInterface } from "node:readline/promises";
import { userRecordPath } from "runcomfy-models/node";
import { openPermissions } from "../permission/permission-book.js";
import type { Permission } from "../permission/permission-book.js";
import type { FlagValues } from "../settings/flags.js";
import { StartError, exitCodes } from "../settings/start-error.js";

/**
 * `allow`: lists the jobs that wait for a person's permission. `allow CODE`: gives it to one, after a question where this is a terminal.
 *
 * @throws StartError for a code that no job has, and where nobody can be asked and --yes is missing.
 */
export async function allow(
  words: readonly string[],
  { yes }: FlagValues,
  print: (text: string) => void,
): Promise<void> {
  const [code, ...rest] = words;
  if (rest.length > 0) throw new StartError("allow takes one code: runcomfy-mcp allow CODE.");
  const permissions = openPermissions(userRecordPath());
  const all = await permissions.list();
  if (code === undefined) return print(formatList(all.filter(({ allowedAt }) => allowedAt === undefined)));
  const found = all.find((one) => one.code === code);
  if (!found)
    throw new StartError(
      `No job waits under the code ${JSON.stringify(code)}. "allow" alone lists those that wait.`,
      exitCodes.data,
    );
  if (!yes && !(await isAllowedByPerson(found, print))) return print("Not allowed. Nothing was paid.\n");
  await permissions.allow(found);
  print(`Allowed. The agent may now repeat its call with the key ${JSON.stringify(found.key)}.\n`);
}

function formatList(waiting: readonly Permission[]): string {
  if (waiting.length === 0) return "No job waits for permission.\n";
  const jobs = waiting.map(
    ({ code, question, origin, askedAt }) =>
      `${code}  ${askedAt}  ${origin}\n${question.replace(/^/gm, "    ")}\n`,
  );
  return `${jobs.join("")}\nAllow one of them:  npx runcomfy-mcp allow CODE\n`;
}

async function isAllowedByPerson(
  { question, origin }: Permission,
  print: (text: string) => void,
): Promise<boolean> {
  print(`${origin}\n${question}\n`);
  if (!process.stdin.isTTY)
    throw new StartError("This is no terminal, so nobody can answer here. Add --yes to allow the job.");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await terminal.question("Allow it? [y/N] ")).trim());
  } finally {
    terminal.close();
  }
}
