import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator } from "../../src/emulator/index.js";
import type { Emulator, EmulatorOptions } from "../../src/emulator/index.js";

/** The command as it is installed: compiled, in a process of its own. */
export const bin = join(import.meta.dirname, "../../bin/runcomfy-models.js");

/** A token that must appear nowhere. */
export const canary = "canary-0b7e1c52-never-to-be-seen";

/** How a command ended. */
export interface Ending {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface Running {
  readonly child: ChildProcess;
  /** Resolves once what was printed so far, on both streams, fits; rejects where the command ends without. */
  readonly saw: (pattern: RegExp) => Promise<void>;
  /** All that was printed so far, on both streams. */
  readonly printed: () => string;
  readonly ended: Promise<Ending>;
}

export interface CommandOptions {
  readonly env?: { readonly [name: string]: string | undefined };
  readonly stdin?: string;
  /** Default this command; else any program with its words. */
  readonly program?: readonly string[];
}

/** A place to run commands in: a folder and a home of its own, and an emulator for the service. */
export interface Stage {
  readonly folder: string;
  readonly emulator: Emulator;
  readonly start: (words: readonly string[], options?: CommandOptions) => Running;
  readonly run: (words: readonly string[], options?: CommandOptions) => Promise<Ending>;
  readonly write: (name: string, text: string) => string;
  readonly close: () => Promise<void>;
}

export const openStage = async (options: EmulatorOptions = {}): Promise<Stage> => {
  const folder = mkdtempSync(join(tmpdir(), "runcomfy-cli-"));
  const emulator = await startEmulator({ queueMs: 0, runMs: 0, tokens: canary, ...options });
  const start = (words: readonly string[], given: CommandOptions = {}): Running =>
    startCommand(words, given, folder, {
      PATH: process.env["PATH"],
      HOME: folder,
      COLUMNS: "80",
      RUNCOMFY_TOKEN: canary,
      RUNCOMFY_BASE_URL: emulator.url,
      ...given.env,
    });
  return {
    folder,
    emulator,
    start,
    run: (words, given) => start(words, given).ended,
    write: (name, text) => {
      writeFileSync(join(folder, name), text);
      return name;
    },
    close: async () => {
      await emulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const startCommand = (
  words: readonly string[],
  { stdin, program = [process.execPath, bin] }: CommandOptions,
  cwd: string,
  env: { readonly [name: string]: string | undefined },
): Running => {
  const [file, ...before] = program;
  const child = spawn(file!, [...before, ...words], { cwd, env });
  let stdout = "";
  let stderr = "";
  let wanted: { pattern: RegExp; resolve: () => void; reject: (error: Error) => void } | undefined;
  const look = (): void => {
    if (wanted?.pattern.test(stdout + stderr)) wanted.resolve();
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    look();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    look();
  });
  // A command that does not read its input may end before it is written.
  child.stdin.on("error", () => {});
  child.stdin.end(stdin ?? "");
  const ended = new Promise<Ending>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      wanted?.reject(
        new Error(`The command ended with ${code} before it printed ${wanted.pattern}:\n${stderr}`),
      );
      if (`${stdout}${stderr}`.includes(canary))
        reject(new Error(`The token was printed:\n${stdout}\n${stderr}`));
      resolve({ code, signal, stdout, stderr });
    });
  });
  return {
    child,
    ended,
    printed: () => stdout + stderr,
    saw: (pattern) =>
      new Promise<void>((resolve, reject) => {
        wanted = { pattern, resolve, reject };
        look();
      }),
  };
};

/** What stands on standard output as one JSON document; throws where there is anything else. */
export const readJson = ({ stdout }: Ending): unknown => JSON.parse(stdout);
