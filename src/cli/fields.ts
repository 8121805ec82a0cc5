import { readFile } from "node:fs/promises";
import { text as readStream } from "node:stream/consumers";
import type { Json, Schema } from "../input/model.js";
import { nearest } from "../input/nearest.js";
import { CommandError, exitCodes } from "./exit.js";

/** What the command line gives a model: fields as flags or as `key=value`, over a whole input from a file. */
export interface FieldWords {
  /** What stands behind the id: `--prompt`, `"A breeze."`, `duration=5`. */
  readonly words: readonly string[];
  /** A file's path, or `-` for standard input. */
  readonly inputFile?: string | undefined;
  /** The model's input; absent for a model that is not in the catalogue. */
  readonly schema?: Schema | undefined;
}

/** The model's input as the command line gives it. Values are turned into the field's type where they can be; the check says the rest. */
export async function readFields({
  words,
  inputFile,
  schema,
}: FieldWords): Promise<{ [name: string]: Json }> {
  const input: { [name: string]: Json } = Object.create(null);
  if (inputFile !== undefined) Object.assign(input, await readInputFile(inputFile));
  const lists = new Set<string>();
  for (const { name, value } of splitWords(words, schema)) {
    const field = fieldOf(schema, name);
    const read = readValue(value, field);
    const isList = typesOf(field).includes("array") && !Array.isArray(read);
    if (isList) {
      const before = lists.has(name) ? (input[name] as readonly Json[]) : [];
      lists.add(name);
      input[name] = [...before, readValue(value, field?.items)];
    } else input[name] = read;
  }
  return { ...input };
}

async function readInputFile(file: string): Promise<{ [name: string]: Json }> {
  let text: string;
  try {
    text = file === "-" ? await readStream(process.stdin) : await readFile(file, "utf8");
  } catch (error) {
    throw new CommandError(
      `Cannot read the input file ${JSON.stringify(file)}: ${(error as Error).message}.`,
      exitCodes.noInput,
    );
  }
  const name = file === "-" ? "standard input" : file;
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new CommandError(`${name} is not JSON: ${(error as Error).message}`, exitCodes.data);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new CommandError(`${name} must hold one JSON object, the model's input.`, exitCodes.data);
  }
  return value as { [name: string]: Json };
}

interface FieldWord {
  readonly name: string;
  /** `true` and `false` come from bare `--name` and `--no-name`. */
  readonly value: string | boolean;
}

function splitWords(words: readonly string[], schema: Schema | undefined): FieldWord[] {
  const found: FieldWord[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const equals = word.indexOf("=");
    if (!word.startsWith("--")) {
      if (equals < 1) {
        throw new CommandError(
          `${JSON.stringify(word)} is neither a flag nor key=value. Quote values that hold spaces: --prompt "A gentle breeze."`,
        );
      }
      found.push({ name: word.slice(0, equals), value: word.slice(equals + 1) });
    } else if (equals > 0) found.push({ name: word.slice(2, equals), value: word.slice(equals + 1) });
    else {
      const name = word.slice(2);
      const negated =
        name.startsWith("no-") && fieldOf(schema, name) === undefined ? name.slice(3) : undefined;
      if (negated !== undefined && typesOf(fieldOf(schema, negated)).includes("boolean"))
        found.push({ name: negated, value: false });
      else if (isSwitch(schema, name, words[at + 1])) found.push({ name, value: true });
      else if (at + 1 < words.length) found.push({ name, value: words[++at]! });
      else throw new CommandError(`${word} needs a value.`);
    }
  }
  for (const { name } of found) refuseUnknown(schema, name);
  return found;
}

/** A flag of a boolean field stands alone, unless `true` or `false` follows. */
function isSwitch(schema: Schema | undefined, name: string, next: string | undefined): boolean {
  return typesOf(fieldOf(schema, name)).includes("boolean") && next !== "true" && next !== "false";
}

function refuseUnknown(schema: Schema | undefined, name: string): void {
  if (!schema || schema.additionalProperties === true || fieldOf(schema, name)) return;
  const names = Object.keys(schema.properties ?? {});
  const [near] = nearest(name, names, 1);
  throw new CommandError(
    `This model has no field ${JSON.stringify(name)}${near === undefined ? "" : ` — did you mean --${near}?`} Its fields: ${names.join(", ")}.`,
    exitCodes.data,
  );
}

function fieldOf(schema: Schema | undefined, name: string): Schema | undefined {
  return schema?.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
}

function typesOf(field: Schema | undefined): readonly string[] {
  if (!field) return [];
  if (field.type !== undefined) return [field.type].flat();
  return (field.enum ?? []).map((one) => typeof one);
}

function readValue(value: string | boolean, field: Schema | undefined): Json {
  if (typeof value === "boolean") return value;
  const types = typesOf(field);
  if (types.includes("string")) return value;
  if (types.includes("boolean") && /^(?:true|false)$/.test(value)) return value === "true";
  if (
    types.some((type) => type === "integer" || type === "number") &&
    /^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(value)
  )
    return Number(value);
  if (types.length === 0 || types.includes("array") || types.includes("object")) return readJson(value);
  return value;
}

/** JSON where it is JSON, else the text as it stands. */
function readJson(value: string): Json {
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}
