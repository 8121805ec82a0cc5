import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** A file of a commit. */
export interface CommittedFile {
  /** Path below the folder that was asked for, with plain slashes. */
  readonly path: string;
  readonly text: string;
}

/**
 * Every plain file that a commit has below a folder. The folder need not exist any more.
 *
 * @throws Error with what is wrong and what to do, where there is no git, no repository, no such commit.
 */
export function readCommit(folder: string, revision: string): CommittedFile[] {
  const place = findExisting(resolve(folder));
  const rest = resolve(folder).slice(place.length).replaceAll("\\", "/").replace(/^\//, "");
  const inside = run(place, ["rev-parse", "--show-prefix"]);
  if (inside.status !== 0)
    throw new Error(
      `${revision === "HEAD" ? "" : `${JSON.stringify(revision)} is no folder, and `}${folder} is in no git repository ` +
        `(${firstLine(inside.stderr)}). Give two folders that are there: runcomfy-codegen diff OLD NEW.`,
    );
  const prefix = [inside.stdout.replace(/\n$/, "").replace(/\/$/, ""), rest]
    .filter((part) => part !== "")
    .join("/");
  const commit = resolveCommit(place, revision);
  const listing = runOrThrow(place, [
    "ls-tree",
    "-r",
    "-z",
    "--full-tree",
    commit,
    ...(prefix === "" ? [] : ["--", prefix]),
  ]);
  const files = listing
    .split("\0")
    .map((line) => /^100\d{3} blob ([0-9a-f]+)\t([^]*)$/.exec(line))
    .filter((found) => found !== null)
    .map(([, blob, path]) => ({ blob: blob!, path: prefix === "" ? path! : path!.slice(prefix.length + 1) }))
    .filter(({ path }) => path !== "");
  const texts = readBlobs(place, [...new Set(files.map(({ blob }) => blob))]);
  return files.map(({ blob, path }) => ({ path, text: texts.get(blob)! }));
}

function resolveCommit(place: string, revision: string): string {
  // A name that begins with a dash would be taken for an option of git.
  const found = revision.startsWith("-")
    ? undefined
    : run(place, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`]);
  if (found?.status === 0) return found.stdout.trim();
  if (revision === "HEAD")
    throw new Error("The git repository has no commit yet, so there is nothing to compare with.");
  throw new Error(
    `${JSON.stringify(revision)} is neither a folder nor a commit, branch or tag of the git repository at ${place}. ` +
      "In a shallow clone, fetch more history first.",
  );
}

/** The contents of blobs by their names, in one child process. */
function readBlobs(place: string, blobs: readonly string[]): Map<string, string> {
  const texts = new Map<string, string>();
  if (blobs.length === 0) return texts;
  const { stdout, status, stderr } = spawnGit(place, ["cat-file", "--batch"], `${blobs.join("\n")}\n`);
  if (status !== 0) throw new Error(`git could not read the specs: ${firstLine(stderr.toString("utf8"))}.`);
  for (let at = 0; at < stdout.length;) {
    const end = stdout.indexOf(0x0a, at);
    const [name, type, size] = stdout.toString("latin1", at, end).split(" ");
    if (type !== "blob")
      throw new Error(`git has no contents for ${String(name)}: the repository is damaged.`);
    const start = end + 1;
    texts.set(name!, stdout.toString("utf8", start, start + Number(size)));
    at = start + Number(size) + 1;
  }
  return texts;
}

function findExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : findExisting(dirname(path));
}

function runOrThrow(place: string, args: readonly string[]): string {
  const { status, stdout, stderr } = run(place, args);
  if (status !== 0) throw new Error(`git ${args[0]} failed: ${firstLine(stderr)}.`);
  return stdout;
}

function run(
  place: string,
  args: readonly string[],
): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnGit(place, args);
  return { status, stdout: stdout.toString("utf8"), stderr: stderr.toString("utf8") };
}

/** Runs git without a shell. Its output may have 256 MiB, which is more than any folder of specs. */
function spawnGit(
  place: string,
  args: readonly string[],
  input = "",
): { status: number | null; stdout: Buffer; stderr: Buffer } {
  const result = spawnSync("git", [...args], { cwd: place, input, maxBuffer: 2 ** 28, windowsHide: true });
  if (result.error === undefined) return result;
  if ((result.error as NodeJS.ErrnoException).code === "ENOENT")
    throw new Error("git is not installed. Give two folders: runcomfy-codegen diff OLD NEW.");
  throw new Error(`git could not be run: ${result.error.message}.`);
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0]!.replace(/\.$/, "");
}
