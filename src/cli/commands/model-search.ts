import { createCatalogue, list, search } from "../../catalogue/shipped.js";
import type { KnownModel, ModelEntry } from "../../catalogue/shipped.js";
import { findTaken } from "../../catalogue/taken-kinds.js";
import type { TakenKind } from "../../catalogue/taken-kinds.js";
import { toLiveModel } from "../../catalogue/live-entry.js";
import type { Schema } from "../../input/model.js";
import { readListings } from "../models/listing.js";
import type { OwnModels } from "../models/listing.js";
import { describeLive } from "../../catalogue/live-entry.js";
import { readLiveCatalogue, toDay } from "../models/daily-models.js";
import { readOwnModels, searchOwn, tellBroken } from "../models/own-models.js";
import type { SourceArgs } from "../models/own-models.js";
import type { Terminal } from "../terminal/screen.js";
import type { ServiceArgs } from "../session/job-args.js";
import { openLiveSource, wantsLive } from "../session/live-source.js";

/** Models that were found, and the kinds of things that each takes. */
export interface FoundModels {
  readonly models: readonly (ModelEntry | KnownModel)[];
  /** Of a model without a published schema, its id tells what it takes. */
  readonly takes: (id: string, kind: TakenKind) => boolean;
}

/** Finds models by a text: own ones and live ones where they are asked for, else those of this package. */
export async function findModels(
  terminal: Terminal,
  text: string,
  options: ServiceArgs & SourceArgs & { readonly from?: string | undefined },
): Promise<FoundModels> {
  const own = await readOwnModels(options);
  if (own) tellBroken(terminal, own);
  const parts = [
    ...(own ? [findOwnModels(own, text)] : []),
    ...(wantsLive(options) ? [await findLive(terminal, text, options)] : []),
  ];
  if (parts.length === 0) return findShipped(text, options.from !== undefined);
  const seen = new Set<string>();
  return {
    models: parts.flatMap(({ models }) => models).filter(({ id }) => !seen.has(id) && seen.add(id).has(id)),
    takes: (id, kind) => parts.some(({ takes }) => takes(id, kind)),
  };
}

function findOwnModels(own: OwnModels, text: string): FoundModels {
  const inputs = new Map([...own.models.values()].map(({ id, input }) => [id, input]));
  return { models: searchOwn(own, text), takes: byInput((id) => inputs.get(id)) };
}

async function findLive(
  terminal: Terminal,
  text: string,
  options: ServiceArgs & SourceArgs,
): Promise<FoundModels> {
  const { readAt, entries } = await readLiveCatalogue(openLiveSource(terminal, options));
  const all = entries.map(describeLive).map(({ warnings: _, price, ...facts }): ModelEntry => ({
    ...facts,
    ...(price && { price: { ...price, readOn: toDay(readAt) } }),
  }));
  const byId = new Map(entries.map((entry) => [entry.model_id, entry]));
  const takes = byInput((id) => {
    const entry = byId.get(id);
    return entry && toLiveModel(id, entry).input;
  });
  if (text.trim() === "") return { models: all, takes };
  const catalogue = createCatalogue<Record<string, unknown>>({ entries: all, modules: {} });
  return { models: catalogue.search(text), takes };
}

async function findShipped(text: string, isTakenAsked: boolean): Promise<FoundModels> {
  const models = text.trim() === "" ? list() : search(text);
  if (!isTakenAsked) return { models, takes: () => true };
  const inputs = new Map((await readListings()).map(({ id, input }) => [id, input]));
  const known = new Map(models.map((model) => [model.id, model]));
  const takes = byInput((id) => inputs.get(id));
  return {
    models,
    takes: (id, kind) => {
      const { categories = [] } = known.get(id) ?? {};
      return takes(id, kind) || (!inputs.has(id) && categories.some((one) => one.startsWith(`${kind}-to-`)));
    },
  };
}

function byInput(inputOf: (id: string) => Schema | undefined): FoundModels["takes"] {
  return (id, kind) => {
    const input = inputOf(id);
    return input !== undefined && findTaken(input).has(kind);
  };
}
