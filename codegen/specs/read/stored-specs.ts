import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { positionOf, readJson } from "../../json/json-text.js";
import { emptyFields, isFields } from "../../../src/dialect/notation/fields.js";
import type { Fields } from "../../../src/dialect/notation/fields.js";
import { compareText } from "../../text/text-order.js";
import { isBareSchema, wrapBareSchema } from "../../../src/dialect/spec/bare-schema.js";
import { idOfPath, isSpecPath } from "../model/spec-path.js";

/** Lists the ids of all models with a spec in a folder, in code point order; links are passed over. None where there is no folder. */
export function listSpecs(folder: string): string[] {
  const found: string[] = [];
  function visit(below: string): void {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) {
        if (isSpecPath(`${path}/x.json`)) visit(path);
      } else if (entry.isFile() && isSpecPath(path)) found.push(idOfPath(path));
    }
  }
  if (lstatSync(folder, { throwIfNoEntry: false }) !== undefined) visit("");
  return found.sort(compareText);
}

/**
 * Reads the text of a spec file; whole numbers beyond 2^53 stay exact. A schema of a request body alone is a spec, too.
 *
 * @throws Error with a sentence that says what is wrong, and in which line.
 */
export function parseSpec(text: string): Fields {
  const plain = text.replace(/^\uFEFF/, "");
  const reading = readJson(plain, { exactNumbers: true });
  const lineOf = (offset: number): number => positionOf(plain, offset).line;
  if (!reading.ok) throw new Error(`it ${reading.reason}, in line ${lineOf(reading.offset)}`);
  const [twice] = reading.duplicates;
  if (twice !== undefined)
    throw new Error(`it states ${twice.pointer} twice, in line ${lineOf(twice.offset)}`);
  const { value } = reading;
  if (!isFields(value)) throw new Error("it is not a JSON object");
  return isBareSchema(value) ? Object.assign(emptyFields(), wrapBareSchema(value)) : value;
}

/**
 * Reads a spec file; undefined where there is none.
 *
 * @throws Error where it is no file, cannot be read, or holds no plain JSON object.
 */
export function readStored(path: string): Fields | undefined {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return undefined;
  if (!entry.isFile()) throw new Error("it is not a file");
  return parseSpec(readFileSync(path, "utf8"));
}
