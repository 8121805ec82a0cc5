import type { Json, Model, Price, Schema } from "../../input/model.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";
import { self } from "../terminal/invocation.js";
import { readPackageFile } from "../terminal/package-file.js";
import { plain } from "../terminal/screen.js";

/** One model of `generated/catalogue.json`, with the titles and descriptions that the modules leave out. */
export interface Listing {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly source: { readonly url?: string; readonly language?: string; readonly read?: string };
  readonly notes: readonly string[];
  readonly categories: readonly string[];
  readonly kind?: string;
  readonly price?: Price;
  readonly missingSince?: string;
  readonly example: { readonly [name: string]: Json } | null;
  readonly input: Model["input"];
  readonly output: Schema;
}

/**
 * Reads a model from this package's catalogue.
 *
 * @throws CommandError (65) with the nearest ids, if the catalogue has no such model.
 */
export async function readListing(id: string): Promise<Listing> {
  const found = (await readListings()).find((model) => model.id === id);
  if (!found) throw await refuseId(id);
  return found;
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

/** The error for an id that no model has, with the ids that were probably meant. */
export async function refuseId(id: string): Promise<CommandError> {
  const [{ nearest }, { explainKnown }] = await Promise.all([
    import("../../catalogue/shipped.js"),
    import("../../catalogue/known.js"),
  ]);
  const known = explainKnown(id);
  if (known !== undefined) return new CommandError(plain(known), exitCodes.data);
  const near = nearest(id);
  const hint =
    near.length > 0
      ? `Did you mean:\n${near.map((one) => `  ${one}`).join("\n")}`
      : `"${self} models" lists all of them.`;
  return new CommandError(`There is no model ${JSON.stringify(plain(id))}. ${hint}`, exitCodes.data);
}
