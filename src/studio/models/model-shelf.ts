import { loadAllLive, withPrice } from "../../catalogue/live-list.js";
import { findEverydayWords } from "../../catalogue/everyday-words.js";
import { orderFields } from "../../catalogue/field-order.js";
import { describeModel, list, load, loadLive } from "../../catalogue/shipped.js";
import type { LiveModel } from "../../catalogue/shipped.js";
import { findTaken } from "../../catalogue/taken-kinds.js";
import type { CheckedModel, Client, Json, Price, Schema } from "../../index.js";
import type { ApiInput, ModelDetail, ModelList, ModelSummary } from "../api-types.js";

import { summarizePrice } from "./price-words.js";

/** A model of this package, as its `catalogue.json` has it. */
export interface ShippedListing {
  readonly id: string;
  readonly example: { readonly [name: string]: Json } | null;
  readonly input: Schema;
}

/** The models of this package, and those that only the service's own list has. */
export class ModelShelf {
  readonly #client: Client;
  readonly #listings: ReadonlyMap<string, ShippedListing>;
  readonly #live = new Map<string, LiveModel>();
  readonly #loaded = new Map<string, CheckedModel>();
  #state: ModelList["live"] = "loading";

  constructor(client: Client, listings: readonly ShippedListing[]) {
    this.#client = client;
    this.#listings = new Map(listings.map((listing) => [listing.id, listing]));
  }

  /** Reads the service's own list. Without a token there is none. */
  async readLive(hasToken: boolean, signal: AbortSignal): Promise<void> {
    try {
      if (!hasToken) throw new Error("There is no token.");
      for (const model of await loadAllLive(this.#client, { signal })) this.#live.set(model.id, model);
      this.#state = "ready";
    } catch {
      this.#state = "failed";
    }
    // A price that only the service tells counts from now on.
    this.#loaded.clear();
  }

  list(): ModelList {
    const shipped = list().map((entry): ModelSummary => {
      const { id, title, description, categories, kind, makes, page } = entry;
      const price = this.#priceOf(id, entry.price);
      const schema = this.#listings.get(id)?.input ?? {};
      return {
        ...{ id, title, description, categories, takes: [...findTaken(schema)], words: wordsOf(entry) },
        ...(kind && { kind }),
        ...(makes && { makes }),
        ...summarizePrice(price),
        ...(page !== undefined && { page }),
      };
    });
    const known = new Set(shipped.map(({ id }) => id));
    const live = [...this.#live.values()].filter(({ id }) => !known.has(id)).map(summarizeLive);
    return { models: [...shipped, ...live], live: this.#state };
  }

  /** The title of a model; its id where none is known. */
  titleOf(id: string): string {
    return list().find((entry) => entry.id === id)?.title ?? this.#live.get(id)?.title ?? id;
  }

  /** True for a model of this package. */
  isShipped(id: string): boolean {
    return list().some((entry) => entry.id === id);
  }

  /** The model with its check and price. Rejects with a NotFoundError or an InputError where there is none. */
  async load(id: string, signal?: AbortSignal): Promise<CheckedModel> {
    const there = this.#loaded.get(id) ?? this.#live.get(id);
    const entry = list().find((one) => one.id === id);
    if (this.#loaded.has(id) || (there && !entry)) return there!;
    // The union of all generated modules is too large to work with; none of their own types matter here.
    const model = entry
      ? ((await load(entry.id)).model as CheckedModel)
      : await loadLive(this.#client, id, { signal });
    const price = this.#priceOf(id, model.price);
    const priced = price && price !== model.price ? withPrice(model, price) : model;
    this.#loaded.set(id, priced);
    return priced;
  }

  async describe(id: string): Promise<ModelDetail> {
    const model = await this.load(id);
    const own = this.list().models.find((one) => one.id === id);
    const summary = own ?? summarizeLive(model as LiveModel);
    const example = this.#listings.get(id)?.example;
    const examples = example ? [{ title: "Documentation", input: example as ApiInput }] : [];
    const description = await describeModel(model);
    const { fields, main } = orderFields(description.fields);
    return {
      summary,
      description: { ...description, fields },
      mainFields: main,
      schema: model.input,
      examples,
    };
  }

  /** The price in the package, or the one that the service's own list tells where the package knows none. */
  #priceOf(id: string, price: Price | undefined): Price | undefined {
    return price?.usd === undefined ? (this.#live.get(id)?.price ?? price) : price;
  }
}

type Texts = Pick<ModelSummary, "id" | "title" | "description" | "categories">;

function wordsOf({ id, title, description, categories }: Texts): string {
  return findEverydayWords([id, title, description, ...categories].join("\n"));
}

function summarizeLive(model: LiveModel): ModelSummary {
  const { id, title, description, categories, kind, makes, price, page } = model;
  return {
    ...{ id, title, description, categories, takes: [...findTaken(model.input)], words: wordsOf(model) },
    ...(kind && { kind }),
    ...(makes && { makes }),
    ...summarizePrice(price),
    ...(page !== undefined && { page }),
    live: true,
  };
}
