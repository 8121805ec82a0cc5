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
export async function allow(words: readonly string[], { yes }: FlagValues): Promise<void> {
  const [code, ...rest] = words;
  if (rest.length > 0) throw new StartError("allow takes one code: runcomfy-mcp allow CODE.");
  const permissions = openPermissions(userRecordPath());
  const all = await permissions.list();
  if (code === undefined) return list(all.filter(({ allowedAt }) => allowedAt === undefined));
  const found = all.find((one) => one.code === code);
  if (!found)
    throw new StartError(
      `No job waits under the code ${JSON.stringify(code)}. "allow" alone lists those that wait.`,
      exitCodes.data,
    );
  if (!yes && !(await isAllowedByPerson(found))) return print("Not allowed. Nothing was paid.");
  await permissions.allow(found);
  print(`Allowed. The agent may now repeat its call with the key ${JSON.stringify(found.key)}.`);
}

function list(waiting: readonly Permission[]): void {
  if (waiting.length === 0) return print("No job waits for permission.");
  for (const { code, question, origin, askedAt } of waiting)
    print(`${code}  ${askedAt}  ${origin}\n${question.replace(/^/gm, "    ")}`);
  print("\nAllow one of them:  npx runcomfy-mcp allow CODE");
}

async function isAllowedByPerson({ question, origin }: Permission): Promise<boolean> {
  print(`${origin}\n${question}`);
  if (!process.stdin.isTTY)
    throw new StartError("This is no terminal, so nobody can answer here. Add --yes to allow the job.");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await terminal.question("Allow it? [y/N] ")).trim());
  } finally {
    terminal.close();
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
