import { userRecordPath } from "runcomfy-models/node";
import { openPermissions } from "../permission/permission-book.js";
import type { Permission } from "../permission/permission-book.js";
import { StartError, exitCodes } from "../settings/start-error.js";

/** The terminal that the command runs in. */
export interface Terminal {
  /** Writes to standard output. */
  readonly print: (text: string) => void;
  /** Asks the person at the terminal; undefined where there is none. */
  readonly askPerson: ((question: string) => Promise<string>) | undefined;
}

/**
 * `allow`: lists the jobs that wait for a person's permission. `allow CODE`: gives it to one, after a question at the terminal. No flag
 * answers the question: an agent may be able to run commands.
 *
 * @throws StartError for a code that no job has, and where there is no terminal.
 */
export async function allow(words: readonly string[], { print, askPerson }: Terminal): Promise<void> {
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
  if (!askPerson)
    throw new StartError("This is no terminal, so no person can answer here. Run the command in a terminal.");
  print(`${found.origin}\n${found.question}\n`);
  const answer = await askPerson("Allow it? [y/N] ");
  if (!/^y(?:es)?$/i.test(answer.trim())) return print("Not allowed. Nothing was paid.\n");
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
