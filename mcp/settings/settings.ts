import { existsSync } from "node:fs";
import { access, constants, mkdir, realpath } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Upload } from "runcomfy-models/attach";
import { uploadTo } from "runcomfy-models/node";
import { StartError, exitCodes } from "./start-error.js";
import type { FlagValues } from "./flags.js";

/** Milliseconds that calls may take. Clients give a call up after 60 s. */
export interface Limits {
  /** An answer of submit; the paid request goes on behind. */
  readonly submitMs: number;
  /** A person's answer. */
  readonly askMs: number;
  /** An answer of wait and save. */
  readonly waitMs: number;
  /** The interval between two reports of progress. */
  readonly reportMs: number;
}

/** The limits of a server, in ms; tests give shorter ones. */
export const usualLimits: Limits = { submitMs: 20_000, askMs: 40_000, waitMs: 45_000, reportMs: 5000 };

/** The permissions of a server, as its flags give them. */
export interface Settings {
  /** The cap of the budget in US dollars; undefined where a person is asked before each paid call. */
  readonly maxUsd?: number | undefined;
  readonly budget: string;
  readonly assumeUsd?: number | undefined;
  /** The real path of the folder that files are saved to. */
  readonly save?: string | undefined;
  /** Real paths of the folders that files may be read from. */
  readonly allowDirs: readonly string[];
  /** The place of input files that are too large for a request. */
  readonly upload?: Upload | undefined;
  /** Models with a tool of their own. */
  readonly models: readonly string[];
}

/**
 * Reads the permissions from the flags, and makes the folder of `--save`.
 *
 * @throws StartError where a folder cannot be used.
 */
export async function readSettings(values: FlagValues): Promise<Settings> {
  if (values.budget !== undefined && values["max-usd"] === undefined)
    throw new StartError("--budget names the budget of --max-usd, which is missing.");
  // The folder of --save is made last, so that a refusal leaves none behind.
  const allowDirs = await Promise.all((values["allow-dir"] ?? []).map(findFolder));
  const upload = values.upload === undefined ? undefined : openUpload(values.upload);
  return {
    maxUsd: values["max-usd"],
    budget: values.budget ?? "mcp",
    assumeUsd: values["assume-usd"],
    save: values.save === undefined ? undefined : await openFolder(values.save),
    allowDirs,
    upload,
    models: (values.models ?? "").split(",").flatMap((id) => id.trim() || []),
  };
}

function openUpload(place: string): Upload {
  try {
    return uploadTo(place);
  } catch (cause) {
    throw new StartError(`--upload: ${(cause as Error).message}`, exitCodes.usage, { cause });
  }
}

async function openFolder(folder: string): Promise<string> {
  try {
    await makeFolder(resolve(folder));
    await access(`${folder}/.`, constants.W_OK);
    return await realpath(folder);
  } catch (cause) {
    throw new StartError(
      `--save: ${JSON.stringify(folder)} is not a folder that can be written to (${(cause as Error).message}). Name another one.`,
      exitCodes.output,
      { cause },
    );
  }
}

/** Makes a folder and those above it, where they are missing. Node's own recursion never ends in a folder like /proc, where none can be made. */
async function makeFolder(path: string): Promise<void> {
  if (existsSync(path)) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    // Another server made it meanwhile.
    if (error.code !== "EEXIST") throw error;
  });
}

async function findFolder(folder: string): Promise<string> {
  try {
    const real = await realpath(folder);
    await access(`${real}/.`, constants.R_OK);
    return real;
  } catch (cause) {
    throw new StartError(
      `--allow-dir: ${JSON.stringify(folder)} is not a folder that can be read (${(cause as Error).message}). Make it, or name another one.`,
      exitCodes.noInput,
      { cause },
    );
  }
}
