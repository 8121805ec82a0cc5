import { pointerTo, show } from "../../errors/issue.js";
import type { Json } from "../../input/model.js";
import { nearest } from "../../input/nearest.js";
import type { SchemaProblem } from "../notation/problem.js";
import { isObject } from "../notation/schema-node.js";
import type { SchemaNode } from "../notation/schema-node.js";
import { isBareSchema, wrapBareSchema } from "./bare-schema.js";
import type { Spec } from "./spec.js";

type Test = (value: Json) => boolean;
type Member = readonly [test: Test, wanted: string];

function isText(value: Json): boolean {
  return typeof value === "string";
}
function isTexts(value: Json): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
function isDay(value: Json): boolean {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value);
}
function isTag(value: Json): boolean {
  return typeof value === "string" && /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(value);
}
function isWebAddress(value: Json): boolean {
  return typeof value === "string" && /^https?:\/\/[^\s"<>\\^`{|}]+$/.test(value);
}
function isPrice(value: Json): boolean {
  return typeof value === "number" && value >= 0;
}
function isOneOf(...words: string[]): Test {
  return (value) => typeof value === "string" && words.includes(value);
}

const specMembers = new Map<string, Member>([
  ["$schema", [isText, "text"]],
  ["title", [isText, "text"]],
  ["description", [isText, "text"]],
  ["source", [isObject, "an object"]],
  ["notes", [isTexts, "a list of texts"]],
  ["catalogue", [isObject, "an object"]],
  ["listing", [isObject, "an object"]],
  ["example", [isObject, "an object: a request body"]],
  ["input", [isObject, "an object: the schema of the request body"]],
  ["output", [isObject, "an object: the schema of the output"]],
]);
const sourceMembers = new Map<string, Member>([
  ["url", [isWebAddress, "an http or https address"]],
  ["language", [isTag, 'a language tag such as "en" or "zh-Hant"']],
  ["read", [isDay, "a day, YYYY-MM-DD"]],
]);
const catalogueMembers = new Map<string, Member>([
  ["display_name", [isText, "text"]],
  ["description", [isText, "text"]],
  ["categories", [isTexts, "a list of texts"]],
  ["kind", [isOneOf("model", "workflow", "inference"), '"model", "workflow" or "inference"']],
  ["base_price_usd", [isPrice, "a number of US dollars, 0 or more"]],
  ["price_unit", [isOneOf("output", "second", "image"), '"output", "second" or "image"']],
  ["pricing_note", [isText, "text"]],
  ["price_read", [isDay, "a day, YYYY-MM-DD"]],
  ["model_url", [isWebAddress, "an http or https address"]],
  ["missing_since", [isDay, "a day, YYYY-MM-DD"]],
  ["input_seen", [isText, "text that sync writes"]],
  ["input_schema", [isObject, "an object that sync writes"]],
]);

const listingMembers = new Map<string, Member>([
  ["page", [isWebAddress, "an http or https address"]],
  ["categories", [isTexts, "a list of texts"]],
  ["kind", [isOneOf("model", "workflow", "inference"), '"model", "workflow" or "inference"']],
  ["makes", [isOneOf("image", "video", "audio"), '"image", "video" or "audio"']],
  ["price", [isObject, "an object"]],
]);
const priceMembers = new Map<string, Member>([
  ["usd", [isPrice, "a number of US dollars, 0 or more"]],
  ["unit", [isOneOf("output", "second", "image"), '"output", "second" or "image"']],
  ["bound", [isOneOf("exact", "atLeast"), '"exact" or "atLeast"']],
  ["note", [isText, "text"]],
  ["read", [isDay, "a day, YYYY-MM-DD"]],
]);

/** A spec, as far as it can be read, and its problems above its schemas. */
export interface MembersReading {
  readonly problems: readonly SchemaProblem[];
  /** Missing where the file holds no schema of a request body. */
  readonly spec?: Spec;
  /** True where the file is the schema of the request body itself. */
  readonly isBare?: true;
}

/** Reads a spec above its schemas: members that are of the wrong kind or unknown are reported and left out. */
export function readSpecMembers(value: Json): MembersReading {
  const refuse = (what: string): MembersReading => ({ problems: [{ code: "no-input", pointer: "", what }] });
  if (!isObject(value)) return refuse(`The file holds ${show(value)}; a spec is an object with "input".`);
  if (isBareSchema(value)) {
    const spec = wrapBareSchema(value) as Spec;
    return { problems: [], spec, isBare: true };
  }
  const { input } = value;
  if (input === undefined) return refuse(describeMissingInput(value));
  if (!isObject(input)) return refuse(`The "input" is ${show(input)}; it has to be a schema (an object).`);
  const problems: SchemaProblem[] = [];
  const pick = (holder: SchemaNode, members: ReadonlyMap<string, Member>, pointer: string): SchemaNode => {
    const found = checkMembers(holder, members, pointer);
    problems.push(...found);
    const wrong = new Set(found.map((one) => one.pointer));
    const kept = Object.entries(holder).filter(([key]) => !wrong.has(pointer + pointerTo(key)));
    return Object.fromEntries(kept);
  };
  const { source, catalogue, listing, ...spec } = pick(value, specMembers, "");
  const { price, ...facts } = isObject(listing) ? pick(listing, listingMembers, "/listing") : {};
  return {
    problems,
    spec: {
      ...spec,
      ...(isObject(source) && { source: pick(source, sourceMembers, "/source") }),
      ...(isObject(catalogue) && { catalogue: pick(catalogue, catalogueMembers, "/catalogue") }),
      ...(isObject(listing) && {
        listing: {
          ...facts,
          ...(isObject(price) && { price: pick(price, priceMembers, "/listing/price") }),
        },
      }),
      input,
    },
  };
}

function describeMissingInput(value: { readonly [key: string]: Json }): string {
  if (value["input_schema"] !== undefined) return 'There is "input_schema" but no "input"; rename it.';
  return 'There is no "input": the schema of the request body.';
}

function checkMembers(
  value: { readonly [key: string]: Json },
  members: ReadonlyMap<string, Member>,
  pointer: string,
): SchemaProblem[] {
  return Object.entries(value).flatMap(([key, child]): SchemaProblem[] => {
    const member = members.get(key);
    const place = pointer + pointerTo(key);
    if (member === undefined) {
      // This name is reported as unsafe elsewhere, and is more than a misspelling.
      if (key === "__proto__") return [];
      const meant = nearest(key, members.keys(), 1)[0];
      const what = `The name ${show(key)} is unknown here${meant === undefined ? "" : `; is "${meant}" meant?`}.`;
      return [{ code: "unknown-key", pointer: place, what: what.replace("?.", "?") }];
    }
    const [test, wanted] = member;
    return test(child)
      ? []
      : [{ code: "wrong-shape", pointer: place, what: `${show(child)} stands where ${wanted} is needed.` }];
  });
}
