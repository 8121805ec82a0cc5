import { isFields } from "../../../src/dialect/notation/fields.js";

/** The order in which a spec file names its parts. */
const parts = [
  "$schema",
  "title",
  "description",
  "source",
  "notes",
  "catalogue",
  "listing",
  "example",
  "input",
  "output",
];

/** Writes a spec as the text of its file: fixed order of parts, two spaces, whole numbers of any size, a line end at the end. */
export function printSpec(id: string, spec: object): string {
  const members = new Map<string, unknown>(parts.map((part) => [part, undefined]));
  for (const [key, value] of Object.entries(spec)) members.set(key, value);
  members.set(
    "$schema",
    members.get("$schema") ?? `${"../".repeat(id.split("/").length - 1)}spec.schema.json`,
  );
  return `${printMembers(
    [...members].filter(([, value]) => value !== undefined),
    "",
  )}\n`;
}

/** Prints JSON as `JSON.stringify` does, and `bigint` as the number that it is. */
function print(value: unknown, indent: string): string {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    const inner = `${indent}  `;
    return `[\n${value.map((item) => inner + print(item, inner)).join(",\n")}\n${indent}]`;
  }
  return isFields(value) ? printMembers(Object.entries(value), indent) : JSON.stringify(value);
}

function printMembers(members: readonly (readonly [string, unknown])[], indent: string): string {
  if (members.length === 0) return "{}";
  const inner = `${indent}  `;
  return `{\n${members.map(([key, value]) => `${inner}${JSON.stringify(key)}: ${print(value, inner)}`).join(",\n")}\n${indent}}`;
}
