import { findExample } from "../../catalogue/example-input.js";
import { isRunComfyError } from "../../index.js";
import { check } from "../../input/check.js";
import type { Schema } from "../../input/model.js";
import { readListing, refuseId } from "../models/listing.js";
import type { Listing } from "../models/listing.js";
import { readLiveModel, toListing } from "../models/daily-models.js";
import { findOwn, nearestOwn, readOwnModels } from "../models/own-models.js";
import type { SourceArgs } from "../models/own-models.js";
import { describePrice } from "../models/price-text.js";
import { CommandError } from "../terminal/exit-code.js";
import { self } from "../terminal/invocation.js";
import { plain, printJson, wrap } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import { quote } from "../terminal/shell-word.js";
import { layOutTable } from "../terminal/text-table.js";
import { describeType } from "./field-limits.js";
import type { ServiceArgs } from "../session/job-args.js";
import { openLiveSource, wantsLive } from "../session/live-source.js";
import { hasFields, isUnknownId } from "../session/model-resolving.js";
import { describeOwnJobs, readOwnJobs } from "./own-jobs.js";

/** `model ID`: its description, price, page and fields, and a command to copy. */
export async function showModel(
  terminal: Terminal,
  id: string,
  options: ServiceArgs & SourceArgs,
): Promise<void> {
  const model = await findListing(terminal, id, options);
  const ownJobs = await readOwnJobs(terminal, id, options);
  terminal.live("");
  if (options.json) return terminal.out(printJson({ ...model, ownJobs }));
  const print = (text: string): void =>
    terminal.out(wrap(plain(text), Math.min(terminal.columns, 100)).join("\n"));
  terminal.out(terminal.paint("bold", plain(id)));
  const title = model.title === id ? "" : `${model.title}.`;
  if (title !== "" || model.description !== "") print(`${title} ${model.description}`.trim());
  print(describePrice(model.price));
  if (ownJobs.jobs > 0) print(describeOwnJobs(ownJobs));
  const page = model.page ?? model.documentation;
  // An address that is broken into lines cannot be copied.
  if (page !== undefined) terminal.out(plain(page));
  if (model.missingSince) print(`Missing from the live catalogue since ${model.missingSince}.`);
  for (const note of model.notes) print(note);
  terminal.out(`\n${layOutFields(model, terminal.columns)}`);
  const example = findExample(model);
  if (example)
    terminal.out(`\n${terminal.paint("dim", "Example:")}\n${describeExample(id, example, options)}`);
}

/**
 * The model of own files, of this package or of the live catalogue, in this order; the live one first where it is asked for.
 *
 * @throws CommandError (65) with the nearest ids, where there is no such model.
 */
async function findListing(
  terminal: Terminal,
  id: string,
  options: ServiceArgs & SourceArgs,
): Promise<Listing> {
  const own = await readOwnModels(options);
  const found = own && findOwn(terminal, own, id);
  if (found) return found;
  const shipped = await readListing(id);
  if (shipped && !wantsLive(options)) return shipped;
  try {
    return await readLive(terminal, id, options, shipped);
  } catch (error) {
    if (shipped && isRunComfyError(error) && error.code !== "auth") {
      terminal.say(`Warning: ${plain(error.message)} This is what the package has.`);
      return shipped;
    }
    const isAsked = wantsLive(options) && !isUnknownId(error);
    if (isAsked || !(isRunComfyError(error) || error instanceof CommandError)) throw error;
    // The service may have the model all the same.
    if (!isUnknownId(error))
      terminal.say(`Warning: the live catalogue could not be asked: ${plain(error.message)}`);
    throw await refuseId(id, own ? nearestOwn(own, id) : []);
  }
}

async function readLive(
  terminal: Terminal,
  id: string,
  options: ServiceArgs & SourceArgs,
  shipped: Listing | undefined,
): Promise<Listing> {
  const reading = await readLiveModel(openLiveSource(terminal, options), id);
  const { model } = reading;
  const live = toListing(reading);
  for (const warning of model.warnings)
    terminal.say(`Warning: the live entry of ${plain(id)}: ${plain(warning)}`);
  if (!shipped) return live;
  const { notes, source, output, example } = shipped;
  const input = hasFields(model) ? live.input : shipped.input;
  const isFitting = example !== null && check(input, example).length === 0;
  return { ...live, notes, source, ...(output && { output }), input, example: isFitting ? example : null };
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
  if (fields.length === 0) return "Its fields are not published: any field is sent unchecked.";
  const end = required.size > 0 ? "\n\n* must be given" : "";
  if (columns >= 120) {
    const rows = fields.map(({ name, type, value, text }) => [name, type, value, text]);
    return layOutTable(["FIELD", "TYPE AND LIMITS", "DEFAULT", "DESCRIPTION"], rows, columns) + end;
  }
  const rows = fields.map(({ name, type, value }) => [
    name,
    value === "" ? type : `${type}; default ${value}`,
  ]);
  const texts = fields.map(({ text }) => text);
  return layOutTable(["FIELD", "TYPE AND LIMITS"], rows, columns, texts) + end;
}

/** Prints a command to copy, one field a line, with the options by which this command has found the model. */
function describeExample(
  id: string,
  example: { readonly [name: string]: unknown },
  { catalogue, specs, live, baseUrl }: ServiceArgs & SourceArgs,
): string {
  return [
    `${self} run ${quote(id)}`,
    ...(catalogue === undefined ? [] : [`--catalogue ${quote(catalogue)}`]),
    ...(specs === undefined ? [] : [`--specs ${quote(specs)}`]),
    // The entry of today may have fields that the package does not know.
    ...(live === true ? ["--live"] : []),
    ...(baseUrl === undefined ? [] : [`--base-url ${quote(baseUrl)}`]),
    // A field that is null counts as left out, and a text field would take the word.
    ...Object.entries(example)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => `${quote(name)}=${quote(value)}`),
  ]
    .map((line, at) => (at === 0 ? `  ${line}` : `      ${line}`))
    .join(" \\\n");
}
