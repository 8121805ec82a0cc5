import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readSpec } from "../../catalogue/spec-entry.js";
import type { Json } from "../../input/model.js";
import { decodeText } from "../../node/files/text-file.js";
import { modelPath } from "../../protocol/paths.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";
import type { Listing, OwnModels } from "./listing.js";
import { messageOf } from "../../errors/error-message.js";

/** The largest spec file that is read, in bytes. */
const mostBytes = 2 ** 21;
/** The most levels of objects and arrays that a spec may have. */
const mostLevels = 40;
/** Files of a specs folder that describe no model. */
const shared = ["api.json", "spec.schema.json"];

/**
 * Reads a folder of specs, as the generator reads it: the path of a file is its model's id. A file that makes no model does not cost the
 * others.
 *
 * @throws CommandError (66) where the folder cannot be read; (65) where it has no spec.
 */
export async function readSpecFolder(folder: string): Promise<OwnModels> {
  const names = (await listNames(folder)).filter(isSpecName).sort();
  if (names.length === 0)
    throw new CommandError(
      `The folder ${JSON.stringify(folder)} of --specs holds no spec files (*.json).`,
      exitCodes.data,
    );
  const models = new Map<string, Listing>();
  const warnings = new Map<string, readonly string[]>();
  const broken = new Map<string, string>();
  for (const name of names) {
    const id = name.slice(0, -".json".length);
    const file = join(folder, name);
    try {
      const told: string[] = [];
      models.set(id, await readFileOf(id, file, told));
      if (told.length > 0) warnings.set(id, told);
    } catch (error) {
      broken.set(id, `${file}: ${messageOf(error)}`);
    }
  }
  return { models, warnings, broken };
}

async function listNames(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    // Links are passed over, as the generator does: they could lead anywhere.
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, "/").length))
      .map((name) => name.replaceAll("\\", "/"));
  } catch (cause) {
    throw new CommandError(
      `The folder ${JSON.stringify(folder)} of --specs cannot be read: ${messageOf(cause)}.`,
      exitCodes.noInput,
    );
  }
}

function isSpecName(name: string): boolean {
  const isPlain = name.split("/").every((part) => !part.startsWith(".") && part !== "node_modules");
  return isPlain && name.endsWith(".json") && !shared.includes(name);
}

/** @throws Error with a sentence that says why the file makes no model. */
async function readFileOf(id: string, file: string, told: string[]): Promise<Listing> {
  modelPath(id);
  const { entry, remarks } = readSpec(id, parse(await readFile(file)));
  if (!entry) throw new Error(remarks[0]);
  told.push(...remarks.map((remark) => `${file} ${remark}`));
  return entry;
}

function parse(bytes: Uint8Array): Json {
  if (bytes.length > mostBytes) throw new Error("The file is larger than 2 MiB.");
  const value = JSON.parse(decodeText(bytes)) as Json;
  if (isDeeper(value, mostLevels)) throw new Error(`The file nests more than ${mostLevels} levels.`);
  return value;
}

function isDeeper(value: Json, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner: Json) => isDeeper(inner, levels - 1));
}
