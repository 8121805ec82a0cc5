import { describeReadFailure } from "../../node/files/read-failure.js";
import { readFile } from "node:fs/promises";
import { buffer as readStream } from "node:stream/consumers";
import type { Json, Schema } from "../../input/model.js";
import { check } from "../../input/check.js";
import { countEdits, nearest } from "../../input/nearest.js";
import { decodeText } from "../../node/files/text-file.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";
import { messageOf } from "../../errors/error-message.js";

/** The fields of a model as a command was given them. */
export interface GivenFields {
  /** The arguments after the id: `--prompt`, `"A breeze."`, `duration=5`. */
  readonly args: readonly string[];
  /** The command's own options, such as `--max-usd`. */
  readonly options: readonly string[];
  /** The options of `wait`, such as `--save`: some commands do not wait. */
  readonly waitOptions: readonly string[];
}

/** The input of a model on the command line: fields as flags or as `key=value`, and a file whose fields they replace. */
export interface FieldArgs extends GivenFields {
  /** A file's path, or `-` for standard input. */
  readonly inputFile?: string | undefined;
  /** The model's input; absent for a model that is not in the catalogue. */
  readonly schema?: Schema | undefined;
}

/** Reads the model's input. Values that fit the field's type are converted to it; the check of the input refuses the others. */
export async function readFields(given: FieldArgs): Promise<{ [name: string]: Json }> {
  const { inputFile, schema } = given;
  const input: { [name: string]: Json } = Object.create(null);
  if (inputFile !== undefined) Object.assign(input, await readInputFile(inputFile));
  const lists = new Set<string>();
  for (const { name, value } of splitArgs(given)) {
    const field = fieldOf(schema, name);
    const read = readValue(value, field, schema);
    const isList = typesOf(field).includes("array") && !Array.isArray(read);
    if (isList) {
      const before = lists.has(name) ? (input[name] as readonly Json[]) : [];
      lists.add(name);
      input[name] = [...before, readValue(value, field?.items, schema)];
    } else input[name] = read;
  }
  return { ...input };
}

/** The names of the fields that were given as flags or as `key=value`. */
export function listNamed(given: FieldArgs): ReadonlySet<string> {
  return new Set(splitArgs(given).map(({ name }) => name));
}

async function readInputFile(file: string): Promise<{ [name: string]: Json }> {
  const name = file === "-" ? "Standard input" : `The input file ${JSON.stringify(file)}`;
  let bytes: Uint8Array;
  try {
    bytes = file === "-" ? await readStream(process.stdin) : await readFile(file);
  } catch (error) {
    throw new CommandError(`${name} cannot be read: ${describeReadFailure(error)}.`, exitCodes.noInput);
  }
  const value = parseInput(name, bytes);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new CommandError(`${name} must hold one JSON object, the model's input.`, exitCodes.data);
  }
  return value as { [name: string]: Json };
}

function parseInput(name: string, bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = decodeText(bytes);
  } catch (error) {
    throw new CommandError(`${name} cannot be read: ${messageOf(error)}.`, exitCodes.data);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CommandError(`${name} is not JSON: ${messageOf(error)}.`, exitCodes.data);
  }
}

interface FieldArg {
  readonly name: string;
  /** A boolean for `--name` and `--no-name` without a value. */
  readonly value: string | boolean;
}

function splitArgs(given: FieldArgs): FieldArg[] {
  const { args, schema } = given;
  const fields: FieldArg[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg.startsWith("--")) refuseOption(given, arg.slice(2).split("=")[0]!);
    const pair = readPair(arg);
    const flag = pair ? undefined : readSwitch(arg.slice(2), schema, args[at + 1]);
    if (pair) fields.push(pair);
    else if (flag) fields.push(flag);
    else if (at + 1 < args.length) fields.push({ name: arg.slice(2), value: args[++at]! });
    else throw new CommandError(`${arg} needs a value.`);
  }
  for (const { name } of fields) refuseUnknown(schema, name);
  return fields;
}

/** `key=value` or `--key=value`; undefined for a flag without `=`. */
function readPair(arg: string): FieldArg | undefined {
  const isFlag = arg.startsWith("--");
  const equals = arg.indexOf("=");
  if (equals > 0) return { name: arg.slice(isFlag ? 2 : 0, equals), value: arg.slice(equals + 1) };
  if (isFlag) return undefined;
  throw new CommandError(
    `${JSON.stringify(arg)} is neither a flag nor key=value. Quote values that hold spaces: --prompt "A gentle breeze."`,
  );
}

/** A flag without a value: `--name` or `--no-name` of a boolean field. */
function readSwitch(
  name: string,
  schema: Schema | undefined,
  next: string | undefined,
): FieldArg | undefined {
  const negated = name.startsWith("no-") && !fieldOf(schema, name) ? name.slice(3) : undefined;
  if (negated !== undefined && typesOf(fieldOf(schema, negated)).includes("boolean"))
    return { name: negated, value: false };
  return isSwitch(schema, name, next) ? { name, value: true } : undefined;
}

/** True for a flag of a boolean field, unless `true` or `false` follows. */
function isSwitch(schema: Schema | undefined, name: string, next: string | undefined): boolean {
  return typesOf(fieldOf(schema, name)).includes("boolean") && next !== "true" && next !== "false";
}

/**
 * Refuses a flag that was meant as an option of the command, or of the command that waits: a price cap with a slip in its name must
 * not be sent to an open model as a field. A field of the model is never such a flag.
 */
function refuseOption({ schema, options, waitOptions }: FieldArgs, name: string): void {
  if (fieldOf(schema, name)) return;
  const isOfWait = waitOptions.includes(`--${name}`);
  const meant = options.find((option) => isSlip(name, option));
  if (!isOfWait && meant === undefined) return;
  const problem = isOfWait
    ? `--${name} is an option of the commands run and wait; this one does not wait for the job.`
    : `There is no option --${name}. Did you mean ${meant}?`;
  const isOpen = !schema || schema.additionalProperties === true;
  throw new CommandError(`${problem}${isOpen ? ` A field of this name is given as ${name}=VALUE.` : ""}`);
}

/** True for the option's name with one edit, with letters in another order, or in another form, such as `maxUsd`. */
function isSlip(name: string, option: string): boolean {
  const [given, meant] = [name, option].map((text) => text.toLowerCase().replace(/[^a-z]/g, "")) as [
    string,
    string,
  ];
  // Short names are one edit away from too many words.
  const isNear =
    meant.length > 5 && (countEdits(given, meant) < 2 || sortLetters(given) === sortLetters(meant));
  return given === meant || isNear;
}

function sortLetters(text: string): string {
  return [...text].sort().join("");
}

function refuseUnknown(schema: Schema | undefined, name: string): void {
  if (!schema || schema.additionalProperties === true || fieldOf(schema, name)) return;
  const names = Object.keys(schema.properties ?? {});
  const [near] = nearest(name, names, 1);
  throw new CommandError(
    `This model has no field ${JSON.stringify(name)}.${near === undefined ? "" : ` Did you mean --${near}?`} Its fields: ${names.join(", ")}.`,
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

function readValue(value: string | boolean, field: Schema | undefined, whole: Schema | undefined): Json {
  if (typeof value === "boolean") return value;
  const chosen = chooseValue(value, field, whole);
  if (chosen !== undefined) return chosen;
  const types = typesOf(field);
  if (types.includes("string")) return value;
  if (types.includes("null") && value === "null") return null;
  if (types.includes("boolean") && /^(?:true|false)$/.test(value)) return value === "true";
  if (
    types.some((type) => type === "integer" || type === "number") &&
    /^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(value)
  )
    return Number(value);
  if (types.length === 0 || types.includes("array") || types.includes("object")) return readJson(value);
  return value;
}

/** The reading of a text that fits a field with listed values or with choices; undefined where none does, and for all other fields. */
function chooseValue(text: string, field: Schema | undefined, whole: Schema | undefined): Json | undefined {
  if (!field || !(field.enum ?? field.anyOf ?? field.$ref ?? field.const !== undefined)) return undefined;
  const alone: Schema = { properties: { field }, ...(whole?.$defs && { $defs: whole.$defs }) };
  // A text that is a list or an object is meant as one where the field takes both.
  const readings = [text, readJson(text)];
  if (/^[[{]/.test(text)) readings.reverse();
  return readings.find((value) => check(alone, { field: value }).length === 0);
}

/** The text read as JSON; the text itself if it is not JSON. */
function readJson(value: string): Json {
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}
