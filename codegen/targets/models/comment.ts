import { asSentence } from "../../../src/errors/issue.js";
import type { ApiModel } from "../../ir/api.js";
import type { SpecSource } from "../../../src/dialect/spec/spec.js";
import type { Json, Price, Schema } from "../../../src/input/model.js";
import { doc } from "../../text/doc.js";
import { key } from "../../text/key.js";
import { literal } from "../../text/literal.js";
import { describeLimits } from "./sentences.js";

/** The longest value that a comment shows whole, in characters. */
const longestValue = 80;
/** The longest text that a model's example shows whole, in characters. */
const longestExample = 300;

/** The comment of a field: its wording, its limits, then its default and examples as tags. Empty where nothing is known. */
export function describeField(schema: Schema): string {
  const words = [joinWording(schema.title, schema.description), ...describeLimits(schema)];
  const tags = [
    ...(schema.deprecated === true ? ["@deprecated"] : []),
    ...(schema.default === undefined ? [] : [`@defaultValue ${showValue(schema.default)}`]),
    ...(schema.examples ?? []).filter(isTelling).map((example) => `@example ${showValue(example)}`),
  ];
  return paragraphs(doc(words.join(" ").trim()), tags.join("\n"));
}

/** The comment of a model's `Input`: its wording, its price, its notes, and the source of these facts. */
export function describeInput(model: ApiModel): string {
  const open = "This model takes fields that are not documented here, too.";
  return paragraphs(
    doc(joinWording(model.title, model.description)),
    doc(
      [describePrice(model.listing.price), ...model.notes.map(asSentence)]
        .filter((part) => part !== "")
        .join("\n"),
    ),
    doc(model.input.additionalProperties ? open : ""),
    doc(describeAbsence(model.listing.missingSince)),
    doc(describeSource(model.source)),
  );
}

/** The comment of a schema that contains itself. */
export function describeDefinition(schema: Schema): string {
  return doc(joinWording(schema.title, schema.description));
}

/** The comment of a model's `Output`. */
export function describeOutput(output: Schema): string {
  return paragraphs(
    doc(joinWording(output.title, output.description) || "The output of a finished job."),
    output.properties === undefined ? "" : "Fields that are not documented are passed on as they come.",
  );
}

/** The comment of a model itself, which editors show wherever it is used: its title, its categories and its price. Not yet through the `doc` door. */
export function describeModel({ id, title, listing }: ApiModel): string {
  return paragraphs(
    asSentence(title.trim() || id),
    describeCategories(listing.categories),
    describePrice(listing.price),
  );
}

/** The fields of an example as lines of an object literal, long texts cut. Not yet through the `doc` door. */
export function showExample(example: NonNullable<ApiModel["example"]>): readonly string[] {
  return Object.entries(example).map(([name, value]) => {
    const isLong = typeof value === "string" && value.length > longestExample;
    return `${key(name)}: ${literal(isLong ? `${value.slice(0, longestExample)}…` : value)},`;
  });
}

function joinWording(title = "", description = ""): string {
  const [name, text] = [title.trim(), description.trim()];
  return text.toLowerCase().startsWith(name.toLowerCase())
    ? asSentence(text)
    : join([asSentence(name), asSentence(text)]);
}

function describePrice(price: Price | undefined): string {
  if (price === undefined) return "";
  const { usd, unit, bound, note = "", readOn } = price;
  if (usd === undefined) return join([`Charged per ${unit}.`, asSentence(note)]);
  const from = bound === "atLeast" ? "from " : "";
  const read = readOn === undefined ? "" : `, read on ${readOn}`;
  return join([`Price: ${from}$${usd} per ${unit}${read}.`, asSentence(note)]);
}

function describeCategories(categories: readonly string[]): string {
  const known = categories.map((category) => category.trim()).filter((category) => category !== "");
  if (known.length === 0) return "";
  return `${known.length === 1 ? "Category" : "Categories"}: ${known.join(", ")}.`;
}

function describeAbsence(since: string | undefined): string {
  return since === undefined
    ? ""
    : `The live catalogue has not listed this model since ${since}: calls may be refused.`;
}

function describeSource({ url, language, read }: SpecSource): string {
  const about = [
    url,
    language === undefined ? "" : `in language ${language}`,
    read === undefined ? "" : `read on ${read}`,
  ];
  const known = about.filter((part) => part !== undefined && part !== "");
  return known.length === 0
    ? ""
    : `Source: ${url === undefined ? "documentation page, " : ""}${known.join(", ")}.`;
}

/** Tells whether a value shows what to give; an empty text or list does not. */
function isTelling(value: Json): boolean {
  return value !== "" && !(Array.isArray(value) && value.length === 0);
}

/** A value as a comment shows it: whole where it is short, else its beginning. */
function showValue(value: Json): string {
  const text = literal(value);
  if (text.length <= longestValue) return doc(text);
  const beginning = [...(typeof value === "string" ? value : text)].slice(0, longestValue - 10).join("");
  return doc(typeof value === "string" ? literal(`${beginning}…`) : `${beginning}…`);
}

function join(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}

function paragraphs(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}
