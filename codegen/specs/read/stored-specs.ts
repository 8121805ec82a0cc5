import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compareText } from "../../diagnostics/diagnostic.js";
import { readObject } from "../../import/page/page-json.js";
import type { Fields } from "../../import/page/page-json.js";

/** JSON files of a specs folder that describe no model. */
const NOT_MODELS = new Set(["api.json", "spec.schema.json"]);

/** Whether a path below a specs folder, with plain slashes, is that of a model's spec. */
export function isSpecPath(path: string): boolean {
  return (
    path.endsWith(".json") &&
    !NOT_MODELS.has(path) &&
    path.split("/").every((part) => part !== "" && !part.startsWith(".") && part !== "node_modules")
  );
}

/** The ids of all models with a spec in a folder, in code point order; links are passed over. None where there is no folder. */
export function listSpecs(folder: string): string[] {
  const found: string[] = [];
  function visit(below: string): void {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) {
        if (isSpecPath(`${path}/x.json`)) visit(path);
      } else if (entry.isFile() && isSpecPath(path)) found.push(path.slice(0, -".json".length));
    }
  }
  if (lstatSync(folder, { throwIfNoEntry: false }) !== undefined) visit("");
  return found.sort(compareText);
}

/**
 * Reads the text of a spec file; whole numbers beyond 2^53 stay exact.
 *
 * @throws Error with a sentence that says what is wrong, and in which line.
 */
export function parseSpec(text: string): Fields {
  const plain = text.replace(/^\ufeff/, "");
  const reading = readObject(plain, plain.search(/\S|$/));
  const line = (offset: number): number => plain.slice(0, offset).split("\n").length;
  if (!reading.ok) throw new Error(`it ${reading.reason}, in line ${line(reading.offset)}`);
  const fault = reading.repairs[0] ?? reading.duplicates[0];
  if (fault !== undefined) throw new Error(`it is not plain JSON in line ${line(fault.offset)}`);
  if (plain.slice(reading.end).trim() !== "")
    throw new Error(`it goes on behind its end in line ${line(reading.end)}`);
  return reading.value;
}

/**
 * Reads a spec file; null where there is none.
 *
 * @throws Error where it is no file, cannot be read, or holds no plain JSON object.
 */
export function readStored(path: string): Fields | null {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return null;
  if (!entry.isFile()) throw new Error("it is not a file");
  return parseSpec(readFileSync(path, "utf8"));
}
