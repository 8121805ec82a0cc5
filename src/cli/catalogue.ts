import { readFile } from "node:fs/promises";
import type { Json, Model, Price, Schema } from "../input/model.js";
import { plain } from "./terminal.js";
import { CommandError, exitCodes } from "./exit.js";
import { self } from "./words.js";

/** One model as `generated/catalogue.json` tells of it: with the wording that the modules leave out. */
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
 * Reads what this package says of a model.
 *
 * @throws CommandError (65) with the nearest ids, where it says nothing.
 */
export async function readListing(id: string): Promise<Listing> {
  const found = (await readListings()).find((model) => model.id === id);
  if (!found) throw await refuseId(id);
  return found;
}

async function readListings(): Promise<readonly Listing[]> {
  // The file lies beside the sources and, in the package, two folders above the compiled code.
  for (const place of ["../../generated/catalogue.json", "../../../generated/catalogue.json"]) {
    try {
      const text = await readFile(new URL(place, import.meta.url), "utf8");
      return (JSON.parse(text) as { models: readonly Listing[] }).models;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  throw new Error("generated/catalogue.json is missing from this package: install it again.");
}

/** The error for an id that no model has, with those that it may mean. */
export async function refuseId(id: string): Promise<CommandError> {
  const { nearest } = await import("../catalogue/shipped.js");
  const near = nearest(id);
  const hint =
    near.length > 0
      ? `Did you mean:\n${near.map((one) => `  ${one}`).join("\n")}`
      : `"${self} models" lists all of them.`;
  return new CommandError(`There is no model ${JSON.stringify(plain(id))}. ${hint}`, exitCodes.data);
}
