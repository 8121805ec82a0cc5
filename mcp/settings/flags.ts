import { parseArgs } from "node:util";
import { check } from "runcomfy-models/standard";
import type { Schema } from "runcomfy-models";
import { StartError } from "./start-error.js";

/** A flag: the name of its value in the help text, none for a switch, and the schema of its value. */
interface Flag {
  readonly value?: string;
  readonly schema: Schema;
  readonly help: string;
}

/** All flags, in the order of the help text. */
export const flags = {
  "max-usd": {
    value: "USD",
    schema: { type: "number", minimum: 0 },
    help: "pay for jobs without asking, up to this sum: the cap of\na budget in your record that all servers share",
  },
  budget: {
    value: "NAME",
    schema: { type: "string", minLength: 1, maxLength: 100 },
    help: 'the budget of --max-usd (default "mcp"); a new one\nstarts at $0',
  },
  "assume-usd": {
    value: "USD",
    schema: { type: "number", minimum: 0 },
    help: "count this for a job whose price is unknown or a\nstarting price",
  },
  save: {
    value: "DIR",
    schema: { type: "string", minLength: 1 },
    help: "the folder for files; without it no file is saved",
  },
  "allow-dir": {
    value: "DIR",
    schema: { type: "array", items: { type: "string", minLength: 1 } },
    help: "a folder whose files may be inputs; repeat it for more.\nWithout it no file of this machine is read",
  },
  upload: {
    value: "PLACE",
    schema: { type: "string", minLength: 1 },
    help: "upload input files above 4 MB to s3://bucket/prefix, with\nAWS_ACCESS_KEY_ID and the like from the environment",
  },
  models: {
    value: "ID,ID",
    schema: { type: "string", minLength: 1 },
    help: "add a tool with typed fields for each of these models",
  },
  http: {
    value: "PORT",
    schema: { type: "integer", minimum: 0, maximum: 65_535 },
    help: "serve streamable HTTP on 127.0.0.1 instead of stdio",
  },
  "base-url": {
    value: "URL",
    schema: { type: "string", minLength: 1 },
    help: "the service's address (default $RUNCOMFY_BASE_URL)",
  },
  emulate: { schema: { type: "boolean" }, help: "serve from a built-in emulator: no token, no cost" },
  help: { schema: { type: "boolean" }, help: "show this help" },
  version: { schema: { type: "boolean" }, help: "show the version" },
} as const satisfies { readonly [name: string]: Flag };

/** The values of the flags that were given. */
export interface FlagValues {
  readonly "max-usd"?: number;
  readonly budget?: string;
  readonly "assume-usd"?: number;
  readonly save?: string;
  readonly "allow-dir"?: readonly string[];
  readonly upload?: string;
  readonly models?: string;
  readonly http?: number;
  readonly "base-url"?: string;
  readonly emulate?: boolean;
  readonly help?: boolean;
  readonly version?: boolean;
}

/** The words of a command line. */
export interface CommandLine {
  readonly values: FlagValues;
  /** The words that are no flags. */
  readonly words: readonly string[];
}

const list: readonly (readonly [string, Flag])[] = Object.entries(flags);

/**
 * Reads the arguments of the command.
 *
 * @throws StartError (64) for a flag that is unknown, lacks its value or has one that does not fit.
 */
export function readFlags(args: readonly string[]): CommandLine {
  const options = Object.fromEntries(
    list.map(([name, { value, schema }]) => [
      name,
      value === undefined
        ? { type: "boolean" as const }
        : { type: "string" as const, multiple: schema.type === "array" },
    ]),
  );
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values: { [name: string]: unknown } = {};
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const { name, rawName, value } = token;
    const known = list.find(([one]) => one === name)?.[1];
    if (known?.value !== undefined && value === undefined)
      throw new StartError(`${rawName} needs a value: ${rawName} ${known.value}.`);
    if (known && known.value === undefined && value !== undefined)
      throw new StartError(`${rawName} takes no value.`);
    values[name] = known ? readValue(known, value, values[name]) : true;
  }
  refuseUnfit(values);
  return { values, words };
}

function readValue({ schema }: Flag, text: string | undefined, before: unknown): unknown {
  if (text === undefined) return true;
  if (schema.type === "array") return [...((before as readonly string[] | undefined) ?? []), text];
  const isNumber = schema.type === "number" || schema.type === "integer";
  return isNumber && /^\$?\d+(?:\.\d+)?$/.test(text) ? Number(text.replace("$", "")) : text;
}

function refuseUnfit(values: { readonly [name: string]: unknown }): void {
  const properties = Object.fromEntries(list.map(([name, { schema }]) => [name, schema]));
  const [issue] = check({ type: "object", properties, additionalProperties: false }, values);
  if (!issue) return;
  const name = issue.path.slice(1).split("/")[0] ?? "";
  throw new StartError(
    issue.code === "unknown_field"
      ? `There is no option --${name}.${issue.nearest === undefined ? "" : ` Did you mean --${issue.nearest}?`} --help lists all of them.`
      : `--${name}: ${issue.message}${issue.message.endsWith("?") ? "" : "."}`,
  );
}
