import * as generated from "../../generated/catalogue.js";
import type { Models } from "../../generated/catalogue.js";
import { InputError } from "../errors/errors.js";
import { makeIssue, show } from "../errors/issue.js";
import type { CheckedModel } from "../input/define-model.js";
import { searchKnown } from "./known-models.js";
import type { KnownModel } from "./known-models.js";
import type { ModelEntry } from "./model-entry.js";
import { nearestId, nearestKnownId } from "./nearest-id.js";
import { createSearch } from "./search.js";
import type { DescribableModel, ModelDescription } from "./describe.js";

/** The models that `list` keeps; every key may be left out. */
export interface ModelFilter {
  readonly category?: string;
  readonly kind?: "model" | "workflow" | "inference";
}

/** The input and output of a model, as a generated `Models` has them for each id. */
export interface ModelTypes {
  /** The fields of a call. */
  readonly input: unknown;
  /** The output of a finished job. */
  readonly output: unknown;
}

/** A model's module as `load` gives it. */
export interface LoadedModule<Types> {
  /** The model as data, for `client.run` and all else that takes one. */
  readonly model: Types extends ModelTypes ? CheckedModel<Types["input"], Types["output"]> : never;
}

/** Models by their ids, each in a module of its own that is loaded when it is asked for. `All` has the types of each: a generated `Models`. */
export interface Catalogue<All> {
  /** Loads one module, typed by its id. Rejects with an InputError that names ids like it where there is none. */
  load<Id extends keyof All>(id: Id): Promise<LoadedModule<All[Id]>>;
  /** All models, or those of a category or a kind, in code point order of their ids. */
  list(filter?: ModelFilter): readonly ModelEntry<keyof All>[];
  /** Models in whose id, title, description or categories every word of the text occurs, the best first. */
  search(text: string): readonly ModelEntry<keyof All>[];
  /** Known ids that a mistyped one may mean, at most three, the best first. */
  nearest(id: string): (keyof All & string)[];
  /** The fields of a model's input with their roles, units and form controls, and the wording that modules leave out. */
  describeModel(model: DescribableModel): Promise<ModelDescription>;
}

/** The exports of a generated `catalogue.ts`. */
export interface GeneratedCatalogue<All> {
  readonly entries: readonly ModelEntry<keyof All>[];
  /**
   * For each id a function that imports its module. Not typed id by id: the generated file is already, and to compare a thousand
   * loaders once more would cost the type checker more than everything else.
   */
  readonly modules: object;
  /** Imports the wording of all models. Without it `describeModel` gives the model's own wording. */
  readonly loadTexts?: () => Promise<{ readonly texts: object }>;
}

/**
 * Makes a catalogue of modules that you generated yourself.
 *
 * @example
 * import * as generated from "./runcomfy/catalogue.js";
 * const catalogue = createCatalogue<generated.Models>(generated);
 * const { model } = await catalogue.load("kling/kling-3.0/4k/text-to-video");
 */
export function createCatalogue<All>(
  { entries, modules, loadTexts }: GeneratedCatalogue<All>,
  explainMissing?: (id: string) => Promise<string | undefined>,
): Catalogue<All> {
  type Id = keyof All & string;
  const loaders = modules as { readonly [Each in keyof All]?: () => Promise<LoadedModule<All[Each]>> };
  const find = createSearch(entries as readonly ModelEntry<Id>[]);
  const suggest = (id: string): Id[] =>
    nearestId(
      String(id),
      entries.map((entry) => entry.id as Id),
      find,
    );
  return {
    load: async (id) => {
      const loader = Object.hasOwn(loaders, id) && loaders[id];
      if (loader) return loader();
      throw unknownId(String(id), suggest(String(id)), await explainMissing?.(String(id)));
    },
    list: ({ category, kind } = {}) =>
      entries.filter(
        (entry) =>
          (category === undefined || entry.categories.includes(category)) &&
          (kind === undefined || entry.kind === kind),
      ),
    search: find,
    nearest: suggest,
    describeModel: async (model) => {
      const [{ describe }, { texts } = {}] = await Promise.all([import("./describe.js"), loadTexts?.()]);
      return describe(
        model,
        entries.find(({ id }) => id === model.id),
        texts,
      );
    },
  };
}

function unknownId(id: string, near: readonly string[], explanation: string | undefined): InputError {
  const shown = show(id);
  const issue = makeIssue({
    code: "model_id",
    given: shown,
    reason: "is not the id of a model in this catalogue",
    ...(near[0] !== undefined && { nearest: near[0] }),
  });
  const hint = near.length > 0 ? ` Did you mean ${near.map((one) => `"${one}"`).join(" or ")}?` : "";
  const message = explanation ?? `There is no module for the model ${shown}.${hint}`;
  return new InputError(
    `${message} A model without a module can be called by its id alone, unchecked: client.run(id, input).`,
    { modelId: id, issues: [issue] },
  );
}

// The ids without a module are imported only where one is asked for: no bundle that loads modules carries them.
const own: Catalogue<Models> = /* @__PURE__ */ createCatalogue<Models>(generated, async (id) =>
  (await import("./known-models.js")).explainKnown(id),
);

/**
 * Loads the module of a model of this package, typed by its id. Rejects with an InputError that names ids like it where there is none.
 *
 * @example
 * const { model } = await load("bytedance/seedance-v1.5-pro/image-to-video");
 */
export const load: Catalogue<Models>["load"] = own.load;

/** The models of this package, or those of a category or a kind. */
export const list: Catalogue<Models>["list"] = own.list;

/**
 * The models in whose id, title, description or categories every word of the text occurs, the best first: those of this package, then
 * those that are known by their id only (`hasModule` is `false`).
 */
export function search(text: string): readonly (ModelEntry<keyof Models> | KnownModel)[] {
  return [...own.search(text), ...searchKnown(text)];
}

/**
 * Ids of the service that a mistyped or renamed one may mean, at most three, the best first: those of this package, and known ones
 * without a module. Fits `createClient({ suggest: nearest })`.
 */
export function nearest(id: string): string[] {
  return nearestKnownId(
    id,
    own.list().map((entry) => entry.id),
    search,
  );
}

/**
 * The fields of a model's input in the documented order: title, description, role, unit, form control, and the long defaults and
 * examples that its module leaves out to stay small. They are loaded on the first call. A model that this package does not have is
 * described by its own data.
 *
 * @example
 * const { title, fields } = await describeModel(model);
 */
export const describeModel: Catalogue<Models>["describeModel"] = own.describeModel;

export { findKnown, listKnown } from "./known-models.js";
export type { KnownModel } from "./known-models.js";
export type { ModelEntry } from "./model-entry.js";
export type { MadeMedia } from "../dialect/facts/made-media.js";
export { estimate } from "../input/price.js";
export type { Estimate } from "../input/price.js";
export { getLive, listLive, nearestLive } from "./live.js";
export { loadLive } from "./live-model.js";
export type { LiveModel } from "../dialect/entry/entry-model.js";
export type { CatalogueEntry, CataloguePage, ListOptions } from "./live-types.js";
export type { FieldRole, FieldUnit } from "../input/model.js";
export { roles } from "../dialect/notation/role-list.js";
export type { Widget } from "../dialect/roles/widget.js";
export type { DescribableModel, FieldDescription, ModelDescription } from "./describe.js";
export type { Models };
