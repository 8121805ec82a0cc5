import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { isFields } from "../../import/page/schema-kinds.js";

/** The order in which a spec file names its parts. */
const PARTS = [
  "$schema",
  "title",
  "description",
  "source",
  "notes",
  "catalogue",
  "example",
  "input",
  "output",
];

/** Writes a spec as the text of its file: fixed order of parts, two spaces, whole numbers of any size, a line end at the end. */
export function printSpec(id: string, spec: object): string {
  const parts = new Map<string, unknown>(PARTS.map((part) => [part, undefined]));
  for (const [key, value] of Object.entries(spec)) parts.set(key, value);
  parts.set("$schema", parts.get("$schema") ?? `${"../".repeat(id.split("/").length - 1)}spec.schema.json`);
  return `${printMembers(
    [...parts].filter(([, value]) => value !== undefined),
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

/** The path of a model's spec file. */
export function specPath(folder: string, id: string): string {
  return `${join(folder, ...id.split("/"))}.json`;
}

/**
 * Writes a file whole or not at all: into a temporary file beside it, then under its name. Folders are made as needed.
 * It is synchronous, so that no signal can fall between the two steps.
 *
 * @throws what the file system says; nothing is left behind then.
 */
export function writeWhole(folder: string, path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const root = realpathSync(folder);
  if (!`${realpathSync(dirname(path))}${sep}`.startsWith(root.endsWith(sep) ? root : `${root}${sep}`)) {
    throw new Error(`${dirname(path)} is a link that leads out of ${folder}`);
  }
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    const file = openSync(temporary, "w");
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Finds a spec whose path differs from an id's only in upper and lower case: on many disks the two are one file. */
export function findTwin(folder: string, id: string): string | null {
  const segments = `${id}.json`.split("/");
  let at = folder;
  for (const [index, segment] of segments.entries()) {
    const names = lstatSync(at, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(at) : [];
    const twin = names.find((name) => name !== segment && name.toLowerCase() === segment.toLowerCase());
    if (twin !== undefined) return [...segments.slice(0, index), twin].join("/");
    at = join(at, segment);
  }
  return null;
}
