import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * The path of the record of all jobs that this user's commands have started, for `fileStore`:
 * `$XDG_STATE_HOME/runcomfy-models/jobs.jsonl`, with `~/.local/state` where the variable is not set, and `%LOCALAPPDATA%` on Windows.
 */
export function userRecordPath(
  env: Readonly<Record<string, string | undefined>> = process.env,
  home: string = homedir(),
): string {
  const { XDG_STATE_HOME: given, LOCALAPPDATA: local } = env;
  const folder =
    given !== undefined && isAbsolute(given)
      ? given
      : process.platform === "win32" && local
        ? local
        : join(home, ".local", "state");
  return join(folder, "runcomfy-models", "jobs.jsonl");
}
