import { pointerTo, show } from "../../../src/errors/issue.js";
import type { Json } from "../../../src/input/model.js";
import { nearest } from "../../../src/input/nearest.js";
import { diagnose } from "../../diagnostics/diagnostic.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { isObject } from "./spec.js";

type Test = (value: Json) => boolean;
type Field = readonly [test: Test, wanted: string];

const isText: Test = (value) => typeof value === "string";
const isTexts: Test = (value) => Array.isArray(value) && value.every((item) => typeof item === "string");
const isDay: Test = (value) => typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value);
const isTag: Test = (value) => typeof value === "string" && /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(value);
const isWebAddress: Test = (value) =>
  typeof value === "string" && /^https?:\/\/[^\s"<>\\^`{|}]+$/.test(value);
const isPrice: Test = (value) => typeof value === "number" && value >= 0;
function isOneOf(...words: string[]): Test {
  return (value) => typeof value === "string" && words.includes(value);
}

const specFields = new Map<string, Field>([
  ["$schema", [isText, "text"]],
  ["title", [isText, "text"]],
  ["description", [isText, "text"]],
  ["source", [isObject, "an object"]],
  ["notes", [isTexts, "a list of texts"]],
  ["catalogue", [isObject, "an object"]],
  ["example", [isObject, "an object: a request body"]],
  ["input", [isObject, "an object: the schema of the request body"]],
  ["output", [isObject, "an object: the schema of the output"]],
]);
const sourceFields = new Map<string, Field>([
  ["url", [isWebAddress, "an http or https address"]],
  ["language", [isTag, 'a language tag such as "en" or "zh-Hant"']],
  ["read", [isDay, "a day, YYYY-MM-DD"]],
]);
const catalogueFields = new Map<string, Field>([
  ["display_name", [isText, "text"]],
  ["description", [isText, "text"]],
  ["categories", [isTexts, "a list of texts"]],
  ["kind", [isOneOf("model", "workflow", "inference"), '"model", "workflow" or "inference"']],
  ["base_price_usd", [isPrice, "a number of US dollars, 0 or more"]],
  ["price_unit", [isOneOf("output", "second", "image"), '"output", "second" or "image"']],
  ["pricing_note", [isText, "text"]],
  ["model_url", [isWebAddress, "an http or https address"]],
  ["missing_since", [isDay, "a day, YYYY-MM-DD"]],
  ["input_seen", [isText, "text that sync writes"]],
  ["input_schema", [isObject, "an object that sync writes"]],
]);

/** What is wrong with a spec file above its schemas: members of the wrong kind, unknown ones, a missing `input`. */
export function checkSpecShape(value: Json, file: string): Diagnostic[] {
  if (!isObject(value)) {
    return [
      diagnose("wrong-shape", file, "", `The file holds ${show(value)}; a spec is an object with "input".`),
    ];
  }
  if (value["input"] === undefined) return [diagnose("wrong-shape", file, "", describeMissingInput(value))];
  const source = value["source"];
  const catalogue = value["catalogue"];
  return [
    ...checkFields(value, specFields, "", file),
    ...(isObject(source) ? checkFields(source, sourceFields, "/source", file) : []),
    ...(isObject(catalogue) ? checkFields(catalogue, catalogueFields, "/catalogue", file) : []),
  ];
}

function describeMissingInput(value: { readonly [key: string]: Json }): string {
  if (value["properties"] !== undefined || value["type"] === "object") {
    return 'The file is a schema itself; wrap it: {"input": …}.';
  }
  if (value["input_schema"] !== undefined) return 'There is "input_schema" but no "input"; rename it.';
  return 'There is no "input": the schema of the request body.';
}

function checkFields(
  value: { readonly [key: string]: Json },
  fields: ReadonlyMap<string, Field>,
  pointer: string,
  file: string,
): Diagnostic[] {
  return Object.entries(value).flatMap(([key, child]) => {
    const field = fields.get(key);
    const place = pointer + pointerTo(key);
    if (field === undefined) {
      // Reported as an unsafe name already, and no mere misspelling.
      if (key === "__proto__") return [];
      const meant = nearest(key, fields.keys(), 1)[0];
      const what = `The name ${show(key)} is unknown here${meant === undefined ? "" : `; is "${meant}" meant?`}.`;
      return [diagnose("unknown-key", file, place, what.replace("?.", "?"))];
    }
    const [test, wanted] = field;
    return test(child)
      ? []
      : [diagnose("wrong-shape", file, place, `${show(child)} stands where ${wanted} is needed.`)];
  });
}

/** References of an OpenAPI document that leave it. */
export function checkReferences(root: Json, file: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  function visit(value: Json, pointer: string) {
    if (Array.isArray(value))
      return (value as readonly Json[]).forEach((item, at) => visit(item, pointer + pointerTo(at)));
    if (!isObject(value)) return;
    for (const [key, child] of Object.entries(value)) {
      const place = pointer + pointerTo(key);
      if (key === "$ref" && typeof child === "string" && !child.startsWith("#/")) {
        found.push(
          diagnose("bad-reference", file, place, `The reference ${show(child)} leaves the document.`),
        );
      }
      visit(child, place);
    }
  }
  visit(root, "");
  return found;
}
