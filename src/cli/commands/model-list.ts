import { formatUsd } from "../terminal/money.js";
import type { KnownModel, ModelEntry } from "../../catalogue/shipped.js";
import { describeAmount } from "../models/price-text.js";
import type { SourceArgs } from "../models/own-models.js";
import { readHighestCosts } from "../record/model-history.js";
import { openRecordIfThere } from "../record/user-record.js";
import { self } from "../terminal/invocation.js";
import { plain, printJson, wrap } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import { layOutTable } from "../terminal/text-table.js";
import type { ServiceArgs } from "../session/job-args.js";
import { describeFilter, filterModels } from "./model-filter.js";
import type { ModelFilterArgs } from "./model-filter.js";
import { findModels } from "./model-search.js";
import { readOrigin } from "../session/session.js";
import { nearest } from "../../input/nearest.js";

/** `models [TEXT]`: the models of this package, of the live catalogue or of own files; with a text, the best matches first. */
export async function listModels(
  terminal: Terminal,
  text: string,
  options: ModelFilterArgs & ServiceArgs & SourceArgs,
): Promise<void> {
  const all = await findModels(terminal, text, options);
  const found = filterModels(all, options);
  terminal.live("");
  // An empty list is an answer, not an error, as for "jobs"; standard error says what was asked, and what was probably meant.
  if (found.length === 0) terminal.say(describeNoMatch(text, options, all.models));
  if (options.json) return terminal.out(printJson(found));
  if (found.length === 0) return;
  const costs = await readCosts(terminal, options);
  // A pipe gets one model a line, which is easy for other programs to read.
  if (!terminal.isScreen) {
    for (const model of found) {
      const price = describePrice(model, costs);
      const page = pageOf(model);
      const name = page === undefined ? nameOf(model) : `${nameOf(model)}: ${page}`;
      terminal.out(`${model.id}\t${plain(name)}${price === "" ? "" : `\t${plain(price)}`}`);
    }
    return;
  }
  const rows = found.map((model) => [model.id, nameOf(model)]);
  const below = found.map((model) => pageOf(model) ?? describePrice(model, costs));
  terminal.out(layOutTable(["ID", "MODEL"], rows, terminal.columns, below));
  const count = found.length === 1 ? "1 model" : `${found.length} models`;
  const hint = wrap(`${count}. Fields of one:  ${self} model ID`, terminal.columns).join("\n");
  terminal.say(terminal.paint("dim", hint));
}

/** The highest cost of an own job of each model that is on record. */
async function readCosts(terminal: Terminal, options: ServiceArgs): Promise<ReadonlyMap<string, number>> {
  const store = await openRecordIfThere(terminal);
  if (!store) return new Map();
  const costs = await readHighestCosts(store, readOrigin(options));
  await store.close();
  return costs;
}

function describePrice({ id, price }: ModelEntry, costs: ReadonlyMap<string, number>): string {
  const amount = describeAmount(price);
  const highest = costs.get(id);
  const own = highest === undefined ? undefined : `your own jobs cost at most ${formatUsd(highest)}`;
  return [amount, own].filter((part) => part !== undefined).join("; ");
}

/** The title of a model; of one that is known by its id only, the reason why there is no more. */
function nameOf(model: ModelEntry | KnownModel): string {
  if (!("hasModule" in model)) return model.title;
  if (model.renamedTo !== undefined) return `called ${model.renamedTo} now`;
  return "schema not published";
}

/** The page of a model whose schema is not published. */
function pageOf(model: ModelEntry | KnownModel): string | undefined {
  return "hasModule" in model && model.renamedTo === undefined ? model.page : undefined;
}

function describeNoMatch(
  text: string,
  filter: ModelFilterArgs,
  models: readonly (ModelEntry | KnownModel)[],
): string {
  const words = text.trim() === "" ? [] : [`the words ${JSON.stringify(plain(text))}`];
  const asked = [...words, ...describeFilter(filter)];
  if (asked.length === 0) return "There are no models here.";
  const categories = new Set(models.flatMap((model) => model.categories));
  const { category } = filter;
  const near = category === undefined || categories.has(category) ? [] : nearest(category, categories);
  const hint =
    near.length > 0
      ? `Did you mean the category ${near.map((one) => JSON.stringify(plain(one))).join(" or ")}?`
      : `"${self} models" lists all of them.`;
  return `No model fits ${asked.join(" and ")}. ${hint}`;
}
