import { createCatalogue } from "../../catalogue/shipped.js";
import { defineModel } from "../../input/define-model.js";
import type { CheckedModel } from "../../input/define-model.js";
import { nearest } from "../../input/nearest.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";
import { plain } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import type { Listing, OwnModels } from "./listing.js";

/** The options that say where models come from besides this package, as commander gives them. */
export interface SourceArgs {
  /** Reads the service's own entries, also of models that the package has. */
  readonly live?: boolean | undefined;
  /** Reads them anew, though they were read today. */
  readonly refresh?: boolean | undefined;
  /** A generated catalogue.json, or a generated module. */
  readonly catalogue?: string | undefined;
  /** A folder of specs. */
  readonly specs?: string | undefined;
}

/**
 * Reads the models of `--catalogue` and `--specs`; undefined where neither is given. A model that both have is that of the specs.
 *
 * @throws CommandError (66 or 65) where one cannot be read or has no model.
 */
export async function readOwnModels({ catalogue, specs }: SourceArgs): Promise<OwnModels | undefined> {
  if (catalogue === undefined && specs === undefined) return undefined;
  const parts: OwnModels[] = [];
  if (catalogue !== undefined)
    parts.push(await (await import("./catalogue-models.js")).readCatalogueFile(catalogue));
  if (specs !== undefined) parts.push(await (await import("./spec-files.js")).readSpecFolder(specs));
  return {
    models: new Map(parts.flatMap(({ models }) => [...models])),
    warnings: new Map(parts.flatMap(({ warnings }) => [...warnings])),
    broken: new Map(parts.flatMap(({ broken }) => [...broken])),
  };
}

/** Says which files make no model, at most twenty. */
export function tellBroken(terminal: Terminal, { broken }: OwnModels): void {
  const all = [...broken.values()];
  for (const line of all.slice(0, 20)) terminal.say(`Warning: ${plain(line)}`);
  if (all.length > 20) terminal.say(`Warning: ${all.length - 20} more files make no model.`);
}

/**
 * Finds a model among the user's own, and says which of its facts were not kept; undefined where they have none of this id.
 *
 * @throws CommandError (65) where the file of this id makes no model.
 */
export function findOwn(terminal: Terminal, own: OwnModels, id: string): Listing | undefined {
  const reason = own.broken.get(id);
  if (reason !== undefined && !own.models.has(id)) throw new CommandError(plain(reason), exitCodes.data);
  const found = own.models.get(id);
  if (found) for (const line of own.warnings.get(id) ?? []) terminal.say(`Warning: ${plain(line)}`);
  return found;
}

/** A model of a listing, with its check and its price. */
export function toModel({ id, input, price }: Listing): CheckedModel {
  return defineModel<unknown, unknown>({ id, input, ...(price && { price }) });
}

/** Own models whose id, title or text has each word, the best first; all of them for a text without words. */
export function searchOwn({ models }: OwnModels, text: string): readonly Listing[] {
  const all = [...models.values()];
  if (text.trim() === "") return all;
  const found = createCatalogue<Record<string, unknown>>({ entries: all, modules: {} }).search(text);
  return found.map(({ id }) => models.get(id)!);
}

/** Ids of own models that a mistyped one may mean, the best first. */
export function nearestOwn({ models }: OwnModels, id: string): string[] {
  return nearest(id, models.keys());
}
