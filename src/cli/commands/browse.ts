import { list, search } from "../../catalogue/shipped.js";
import type { KnownModel, ModelEntry } from "../../catalogue/shipped.js";
import type { Schema } from "../../input/model.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";
import { self } from "../terminal/invocation.js";
import { plain, printJson, wrap } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import { quote } from "../terminal/shell-word.js";
import { layOutTable } from "../terminal/text-table.js";
import { describeType } from "./field-limits.js";
import { readListing } from "./listing.js";
import type { Listing } from "./listing.js";
import { describeFilter, filterModels } from "./model-filter.js";
import type { ModelFilterArgs } from "./model-filter.js";
import { describeOwnJobs, readOwnJobs } from "./own-jobs.js";

/** `models [TEXT]`: the models of this package; with a text, the best matches first. */
export async function listModels(
  terminal: Terminal,
  text: string,
  options: ModelFilterArgs & { json?: boolean },
): Promise<void> {
  const found = await filterModels(text.trim() === "" ? list() : search(text), options);
  if (options.json) return terminal.out(printJson(found));
  if (found.length === 0) throw new CommandError(describeNoMatch(text, options), exitCodes.general);
  // A pipe gets one model a line, which is easy for other programs to read.
  if (!terminal.isScreen) for (const model of found) terminal.out(`${model.id}\t${plain(nameOf(model))}`);
  else {
    const rows = found.map((model) => [model.id, nameOf(model)]);
    terminal.out(layOutTable(["ID", "MODEL"], rows, terminal.columns));
    const count = found.length === 1 ? "1 model" : `${found.length} models`;
    const hint = wrap(`${count}. Fields of one:  ${self} model ID`, terminal.columns).join("\n");
    terminal.say(terminal.paint("dim", hint));
  }
}

/** The title of a model; of one that is known by its id only, the reason why there is no more, and its page. */
function nameOf(model: ModelEntry | KnownModel): string {
  if (!("hasModule" in model)) return model.title;
  if (model.renamedTo !== undefined) return `called ${model.renamedTo} now`;
  return `schema not published${model.page === undefined ? "" : `: ${model.page}`}`;
}

function describeNoMatch(text: string, filter: ModelFilterArgs): string {
  const words = text.trim() === "" ? [] : [`the words ${JSON.stringify(plain(text))}`];
  const asked = [...words, ...describeFilter(filter)];
  return `No model fits ${asked.join(" and ")}. "${self} models" lists all of them.`;
}

/** `model ID`: its description, fields and price. */
export async function showModel(terminal: Terminal, id: string, options: { json?: boolean }): Promise<void> {
  const model = await readListing(id);
  const ownJobs = await readOwnJobs(terminal, id);
  if (options.json) return terminal.out(printJson({ ...model, ownJobs }));
  const print = (text: string): void =>
    terminal.out(wrap(plain(text), Math.min(terminal.columns, 100)).join("\n"));
  terminal.out(terminal.paint("bold", id));
  print(`${model.title}. ${model.description}`);
  print(describePrice(model));
  if (ownJobs.jobs > 0) print(describeOwnJobs(ownJobs));
  if (model.missingSince) print(`Missing from the live catalogue since ${model.missingSince}.`);
  for (const note of model.notes) print(note);
  terminal.out(`\n${layOutFields(model, terminal.columns)}\n\n* must be given`);
  if (model.example)
    terminal.out(`\n${terminal.paint("dim", "Example:")}\n${describeExample(id, model.example)}`);
}

function describePrice({ price }: Listing): string {
  const note = price?.note ? ` ${price.note}` : "";
  if (price?.usd === undefined)
    return `Price: not in this catalogue${price ? `; charged per ${price.unit}` : ""}.${note}`;
  const bound = price.bound === "atLeast" ? "from " : "";
  const read = price.readOn === undefined ? "" : `, read on ${price.readOn}`;
  return `Price: ${bound}$${price.usd} per ${price.unit}${read}.${note}`;
}

/** A wide screen has room for four columns; on a narrow one the description of a field stands below its name. */
function layOutFields({ input }: Listing, columns: number): string {
  const required = new Set<string>(input.required ?? []);
  const fields = Object.entries<Schema>(input.properties).map(([name, field]) => ({
    name: required.has(name) ? `${name} *` : name,
    type: describeType(field),
    value: field.default === undefined ? "" : JSON.stringify(field.default),
    text: field.description ?? field.title ?? "",
  }));
  if (columns >= 120) {
    const rows = fields.map(({ name, type, value, text }) => [name, type, value, text]);
    return layOutTable(["FIELD", "TYPE AND LIMITS", "DEFAULT", "DESCRIPTION"], rows, columns);
  }
  const rows = fields.map(({ name, type, value }) => [
    name,
    value === "" ? type : `${type}; default ${value}`,
  ]);
  const texts = fields.map(({ text }) => text);
  return layOutTable(["FIELD", "TYPE AND LIMITS"], rows, columns, texts);
}

/** A command to copy, one field a line. */
function describeExample(id: string, example: { readonly [name: string]: unknown }): string {
  return [
    `${self} run ${quote(id)}`,
    ...Object.entries(example).map(([name, value]) => `${name}=${quote(value)}`),
  ]
    .map((line, at) => (at === 0 ? `  ${line}` : `      ${line}`))
    .join(" \\\n");
}
