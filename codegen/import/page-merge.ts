import { compareSpecs } from "../changes/spec-changes.js";
import { matchBranches } from "../changes/branch-pairs.js";
import { bareStandardOutput } from "../specs/model/default-output.js";
import type { Fields, Value } from "../../src/dialect/notation/fields.js";
import type { Page } from "./page/page.js";
import { emptyFields, isFields } from "../../src/dialect/notation/fields.js";
import { sameValue } from "../json/json-value.js";
import { wordingKeywords } from "../../src/dialect/notation/wording-keywords.js";
import { withoutWording } from "../specs/model/schema-wording.js";

/** Keywords that pages never show, or leave out where the catalogue has them: they stay as the spec has them. */
const keptKeywords = new Set(["additionalProperties", "items"]);
const mediaFormat = /^(?:image|video|audio)_uris?$/;

/** Makes the spec of a page that has none yet. */
export function specOf(page: Page, today: string): Fields {
  const spec = emptyFields();
  spec["source"] = sourceOf(page, {}, today);
  if (page.example !== undefined) spec["example"] = page.example;
  spec["input"] = page.input;
  if (page.output !== undefined) spec["output"] = page.output;
  return spec;
}

/**
 * Takes the facts of a page into a spec that exists: wording, notes, the catalogue's part and a page address set by hand stay.
 * Gives the spec itself where the page states nothing new.
 */
export function mergePage(spec: Fields, page: Page, today: string): Fields {
  const wordless = !hasWording(spec);
  const merged = emptyFields();
  Object.assign(merged, spec);
  merged["input"] = mergeSchema(spec["input"] ?? emptyFields(), page.input, wordless);
  if (page.example !== undefined) merged["example"] = mergeExample(spec["example"], page);
  const output = mergeOutput(spec["output"], page.output, wordless);
  if (output !== undefined) merged["output"] = output;
  if (compareSpecs(page.id, spec, merged).length === 0) return spec;
  merged["source"] = sourceOf(page, isFields(spec["source"]) ? spec["source"] : {}, today);
  return merged;
}

/** Merges the page's example into ours: our sentences stay, and our values where the page's are empty. */
function mergeExample(ours: Value | undefined, { example, input }: Page): Value {
  if (!isFields(ours) || example === undefined) return example ?? emptyFields();
  const merged = emptyFields();
  for (const key of new Set([...Object.keys(ours), ...Object.keys(example)])) {
    const [own, theirs] = [ours[key], example[key]];
    const known = isFields(input["properties"]) && Object.hasOwn(input["properties"], key);
    if (theirs === undefined) {
      if (own !== undefined && known) merged[key] = own;
    } else
      merged[key] =
        own !== undefined && (isEmpty(theirs) || (isProse(own) && isProse(theirs))) ? own : theirs;
  }
  return merged;
}

function isEmpty(value: Value): boolean {
  return value === "" || (Array.isArray(value) && value.length === 0);
}

/** Tells whether a value is a sentence, such as a prompt, and not an address, a file name or a listed word. */
function isProse(value: Value | undefined): boolean {
  return typeof value === "string" && value.trim().split(/\s+/).length >= 4;
}

function mergeOutput(
  ours: Value | undefined,
  documented: Fields | undefined,
  wordless: boolean,
): Value | undefined {
  if (documented === undefined) return ours;
  if (ours !== undefined) return mergeSchema(ours, documented, wordless);
  return sameValue(withoutWording(documented), bareStandardOutput) ? undefined : documented;
}

function sourceOf(page: Page, ours: Fields, today: string): Fields {
  const source = emptyFields();
  Object.assign(source, ours);
  const url = ours["url"] ?? page.url;
  const language = page.language ?? ours["language"];
  if (url !== undefined) source["url"] = url;
  if (language !== undefined && language !== null) source["language"] = language;
  source["read"] = today;
  return source;
}

/** Merges the page's facts into our wording. Keywords keep the order of the spec, fields take that of the page. */
function mergeSchema(ours: Value, documented: Value, wordless: boolean): Value {
  if (!isFields(ours) || !isFields(documented)) return documented;
  const merged = emptyFields();
  for (const [key, value] of Object.entries(ours)) {
    const theirs = documented[key];
    if (wordingKeywords.has(key)) merged[key] = wordless && theirs !== undefined ? theirs : value;
    else if (theirs !== undefined) merged[key] = mergeKeyword(key, value, theirs, wordless);
    else if (
      keptKeywords.has(key) ||
      key.startsWith("x-") ||
      (key === "format" && mediaFormat.test(String(value)))
    )
      merged[key] = value;
  }
  keepExamples(ours, merged);
  for (const [key, value] of Object.entries(documented)) {
    if (!Object.hasOwn(ours, key) && (wordless || !wordingKeywords.has(key))) merged[key] = value;
  }
  return merged;
}

/** Keeps our sentences as defaults of required fields: such a default is only an example. */
function keepExamples(ours: Fields, merged: Fields): void {
  const [before, after, required] = [ours["properties"], merged["properties"], merged["required"]];
  if (!isFields(before) || !isFields(after) || !Array.isArray(required)) return;
  for (const name of required.map(String)) {
    const [own, field] = [before[name], after[name]];
    if (!isFields(own) || !isFields(field) || "enum" in field) continue;
    if (isProse(own["default"]) && isProse(field["default"])) field["default"] = own["default"] ?? null;
  }
}

function mergeKeyword(key: string, ours: Value, documented: Value, wordless: boolean): Value {
  if (key === "properties" && isFields(ours) && isFields(documented)) {
    const fields = emptyFields();
    for (const [name, value] of Object.entries(documented)) {
      const known = ours[name];
      fields[name] = known === undefined ? value : mergeSchema(known, value, wordless);
    }
    return fields;
  }
  if (key === "validations" && Array.isArray(ours) && Array.isArray(documented)) {
    return wordless
      ? documented
      : documented.map((rule: Value, index) => wordRule(ours as readonly Value[], rule, index));
  }
  if (key === "items" || key === "additionalProperties") return mergeSchema(ours, documented, wordless);
  if ((key === "anyOf" || key === "oneOf") && Array.isArray(ours) && Array.isArray(documented)) {
    const [known, branches] = [ours, documented] as readonly (readonly Value[])[];
    const pairs = matchBranches(branches!, known!);
    return branches!.map((branch, at) => mergeSchema(known![pairs[at] ?? -1] ?? null, branch, wordless));
  }
  return documented;
}

/** Gives a media rule of the page the message that the same rule has in the spec. */
function wordRule(ours: readonly Value[], rule: Value, index: number): Value {
  if (!isFields(rule)) return rule;
  const same = (each: Value | undefined): each is Fields =>
    isFields(each) && each["validation_rule"] === rule["validation_rule"];
  const known = [ours[index]].find(same) ?? ours.find(same);
  return known === undefined ? rule : mergeSchema(known, rule, false);
}

/** Tells whether anything in a spec was put into words; the catalogue's entries come without. */
function hasWording(value: Value): boolean {
  if (Array.isArray(value)) return value.some((item: Value) => hasWording(item));
  if (!isFields(value)) return false;
  return Object.entries(value).some(
    ([key, item]) =>
      (wordingKeywords.has(key) && typeof item === "string" && item !== "") ||
      (!["catalogue", "example", "default", "enum", "source"].includes(key) && hasWording(item)),
  );
}
