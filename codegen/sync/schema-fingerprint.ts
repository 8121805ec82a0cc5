import { createHash } from "node:crypto";
import { compareText } from "../text/text-order.js";
import type { Fields, Value } from "../../src/dialect/notation/fields.js";
import { emptyFields, isFields } from "../../src/dialect/notation/fields.js";

/** Makes a short fingerprint of a value; the order of keys counts only without `sorted`. */
export function fingerprint(value: Value | undefined, sorted = true): string {
  return createHash("sha256")
    .update(canonical(value ?? null, sorted))
    .digest("hex")
    .slice(0, 16);
}

function canonical(value: Value, sorted: boolean): string {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map((item: Value) => canonical(item, sorted)).join(",")}]`;
  if (!isFields(value)) return JSON.stringify(value);
  const members = Object.entries(value);
  if (sorted) members.sort(([a], [b]) => compareText(a, b));
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item, sorted)}`).join(",")}}`;
}

/**
 * Prints the facts of a schema as short fingerprints, joined by dots: first of everything beside its fields, then of each field's name and
 * facts, with an `r` where it is required.
 */
export function printParts(facts: Fields): string {
  const needed = requiredOf(facts);
  const fields = Object.entries(fieldsOf(facts)).map(
    ([name, field]) => `${nameMark(name)}${mark(field)}${needed.has(name) ? "r" : ""}`,
  );
  return [mark(besideFields(facts)), ...fields].join(".");
}

/** A schema of which only fingerprints are left, rebuilt from parts of two other schemas with the same fingerprints. */
export interface Rebuilt {
  readonly base: Fields;
  /** Fields of that schema whose facts neither of the two others has any more. */
  readonly forgotten: readonly string[];
}

/** Rebuilds a schema from its fingerprints, with the facts of the spec and of the catalogue. */
export function rebuild(parts: string, ours: Fields, theirs: Fields): Rebuilt {
  const [beside, ...marks] = parts.split(".");
  const known = new Map(marks.map((each) => [each.slice(0, 8), each.slice(8)]));
  const base = emptyFields();
  const schemas = [theirs, ours];
  Object.assign(
    base,
    schemas.map(besideFields).find((part) => mark(part) === beside),
  );
  const fields = emptyFields();
  const required: string[] = [];
  const forgotten: string[] = [];
  for (const name of new Set(schemas.flatMap((schema) => Object.keys(fieldsOf(schema))))) {
    const seen = known.get(nameMark(name));
    if (seen === undefined) continue;
    if (seen.endsWith("r")) required.push(name);
    const same = schemas
      .map((schema) => fieldsOf(schema)[name])
      .find((field) => field !== undefined && mark(field) === seen.replace("r", ""));
    if (same === undefined) forgotten.push(name);
    fields[name] = same ?? emptyFields();
  }
  return { base: { ...base, properties: fields, required }, forgotten };
}

function mark(value: Value): string {
  return fingerprint(value).slice(0, 8);
}
function nameMark(name: string): string {
  return mark(name);
}

function fieldsOf({ properties }: Fields): Fields {
  return isFields(properties) ? properties : {};
}

function requiredOf({ required }: Fields): Set<string> {
  return new Set(Array.isArray(required) ? required.map(String) : []);
}

function besideFields({ properties: _, required: __, ...rest }: Fields): Fields {
  return rest;
}
