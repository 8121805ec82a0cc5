import { readFile } from "node:fs/promises";
import type { Json, Model, Price, Schema } from "../model.js";
import { nearest } from "../nearest.js";

/** One model as `generated/catalogue.json` tells of it. */
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

/** Reads the catalogue that this package ships. */
export const readCatalogue = async (): Promise<readonly Listing[]> => {
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
};

/** The models whose id, title, description or category holds every word of the text. */
export const searchCatalogue = (models: readonly Listing[], text: string): Listing[] => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return models.filter((model) => {
    const hay = [model.id, model.title, model.description, ...model.categories].join(" ").toLowerCase();
    return words.every((word) => hay.includes(word));
  });
};

/** "Did you mean" for a model id: ids like it, else models that its words are found in; empty where there are none. */
export const suggestIds = (models: readonly Listing[], id: string): string[] => {
  const ids = models.map((model) => model.id);
  const near = nearest(id, ids);
  return near.length > 0
    ? near
    : searchCatalogue(models, id.replace(/[/_-]+/g, " "))
        .slice(0, 3)
        .map((model) => model.id);
};
