import type { ModelEntry } from "../../catalogue/shipped.js";
import type { InputSchema, Json, Schema } from "../../input/model.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";
import { self } from "../terminal/invocation.js";
import { readPackageFile } from "../terminal/package-file.js";
import { plain } from "../terminal/screen.js";

/** All that is known of one model, as `generated/catalogue.json` has it: with the titles and descriptions that the modules leave out. */
export interface Listing extends ModelEntry {
  readonly source: { readonly url?: string; readonly language?: string; readonly read?: string };
  readonly notes: readonly string[];
  readonly example: { readonly [name: string]: Json } | null;
  readonly input: InputSchema;
  readonly output?: Schema;
}

/** Models of the user's own files. */
export interface OwnModels {
  readonly models: ReadonlyMap<string, Listing>;
  /** The facts of a model that could not be kept, by its id. */
  readonly warnings: ReadonlyMap<string, readonly string[]>;
  /** Reasons why files or entries make no model, by the id that it would have. */
  readonly broken: ReadonlyMap<string, string>;
}

/** Reads a model from this package's catalogue; undefined where it has none of this id. */
export async function readListing(id: string): Promise<Listing | undefined> {
  return (await readListings()).find((model) => model.id === id);
}

/** Reads all models of this package's catalogue. */
export async function readListings(): Promise<readonly Listing[]> {
  try {
    const text = await readPackageFile("generated/catalogue.json");
    return (JSON.parse(text) as { models: readonly Listing[] }).models;
  } catch (cause) {
    throw new Error("generated/catalogue.json of this package cannot be read: install it again.", { cause });
  }
}

/**
 * The error for an id that no model has, with the ids that were probably meant.
 *
 * @param own - Ids of the user's own models that were probably meant. Default none.
 */
export async function refuseId(id: string, own: readonly string[] = []): Promise<CommandError> {
  const [{ nearest }, { explainKnown }] = await Promise.all([
    import("../../catalogue/shipped.js"),
    import("../../catalogue/known-models.js"),
  ]);
  const known = explainKnown(id);
  if (known !== undefined) return new CommandError(plain(known), exitCodes.data);
  const near = [...own, ...nearest(id)].slice(0, 3);
  const hint =
    near.length > 0
      ? `Did you mean:\n${near.map((one) => `  ${one}`).join("\n")}`
      : `"${self} models" lists all of them.`;
  return new CommandError(`There is no model ${JSON.stringify(plain(id))}. ${hint}`, exitCodes.data);
}
