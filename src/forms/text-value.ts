import { checkInput } from "../input/check.js";
import type { Json, Schema, SchemaType } from "../input/model.js";
import { listBranches } from "./schema-branches.js";
import { isObject } from "../input/json-value.js";

/** The value that a text stands for, or the problem where it stands for no value of the field. */
export type TextValue = { readonly value: unknown } | { readonly problem: string };

/** The field that a text is for. */
export interface TextField {
  readonly schema: Schema;
  /** The outermost schema, to which references lead. Default: the field's own. */
  readonly whole?: Schema;
}

/** The way in which numbers and switches are written. */
export interface TextFormat {
  /** A web form writes `on` for true. A spreadsheet rounds long whole numbers, and writes them with an exponent then. */
  readonly writer: "form" | "spreadsheet";
  /**
   * The decimal sign. Spreadsheets write a comma in tables with semicolons, and either sign in tables with tabs, by the country that
   * they are set to. Default: a point.
   */
  readonly decimalSign?: "point" | "comma" | "either";
}

/**
 * The value that a text stands for, by the schema of its field. Texts stay exact. Lists and objects are written as JSON. A number
 * that a spreadsheet has rounded is refused where the field takes whole numbers.
 */
export function valueOfText(
  { schema, whole = schema }: TextField,
  text: string,
  format: TextFormat,
): TextValue {
  const branches = listBranches(whole, schema);
  const choices = branches.flatMap(listChoices);
  const choice =
    choices.find((one) => String(one) === text) ??
    choices.find((one) => typeof one === "boolean" && one === readSwitch(text, format));
  if (choice !== undefined) return { value: choice };
  const types = listTypes(branches);
  let problem: string | undefined;
  for (const type of readable.filter((one) => types.has(one))) {
    const read = readers[type](text, format);
    if ("problem" in read) problem ??= read.problem;
    // A text that looks like a number counts as one only where the field takes that number.
    else if (!types.has("string") || fits(schema, whole, read.value)) return read;
  }
  if (types.has("string") || types.size === 0) return { value: text };
  return { problem: problem ?? `${JSON.stringify(text)} is not a value that this field takes` };
}

/** The types that the branches of a schema take; none where they take any value. */
export function listTypes(branches: readonly Schema[]): Set<SchemaType> {
  // A branch with an enum accepts its choices only; its type would only lead to a less precise error.
  return new Set(
    branches.flatMap((branch) => branch.type ?? (listChoices(branch).length > 0 ? ["string" as const] : [])),
  );
}

type Readable = Exclude<SchemaType, "string">;

/** From the narrowest to the widest. */
const readable: readonly Readable[] = ["null", "boolean", "integer", "number", "array", "object"];

const readers: { readonly [type in Readable]: (text: string, format: TextFormat) => TextValue } = {
  null: (text) => (text === "null" ? { value: null } : { problem: expected(text, "null") }),
  boolean: (text, format) => {
    const value = readSwitch(text, format);
    const words = format.writer === "form" ? "on, true, off or false" : "true or false";
    return value === undefined ? { problem: expected(text, words) } : { value };
  },
  integer: readInteger,
  number: readNumber,
  array: (text) => readJson(text, "a list as JSON, such as [1, 2]", Array.isArray),
  object: (text) => readJson(text, 'an object as JSON, such as {"a": 1}', isObject),
};

/** Spreadsheets write `TRUE`; the checkbox of a form has the value `on` unless its page gives it another. */
function readSwitch(text: string, { writer }: TextFormat): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (word === "true" || (writer === "form" && word === "on")) return true;
  return word === "false" || (writer === "form" && word === "off") ? false : undefined;
}

function readInteger(text: string, { writer, decimalSign = "point" }: TextFormat): TextValue {
  const word = text.trim();
  const hasExponent = /^[+-]?\d+(?:[.,]\d+)?e[+-]?\d+$/i.test(word);
  if (hasExponent && writer === "spreadsheet")
    return {
      problem: `${word} was rounded by a spreadsheet: format the column as text, and enter the whole number again`,
    };
  // Where the comma may be decimal, 1.000 may be a thousand; three zeros may be meant so with either sign.
  const whole =
    decimalSign === "point" ? word.replace(/\.0+$/, "") : word.replace(/^([+-]?\d+)[.,]00?$/, "$1");
  const isNumber = /^[+-]?\d+$/.test(whole) || (hasExponent && !word.includes(","));
  const value = isNumber ? Number(whole) : Number.NaN;
  if (Number.isSafeInteger(value)) return { value };
  return {
    problem: Number.isInteger(value)
      ? `${word} is beyond the whole numbers that can be sent exactly`
      : expected(text, "a whole number"),
  };
}

function readNumber(text: string, { decimalSign = "point" }: TextFormat): TextValue {
  const word = text.trim();
  if (thousands[decimalSign]?.test(word)) {
    const decimal = word.replace(",", ".");
    const whole = Number(word.replace(/[.,]/, ""));
    const [table, plain] =
      decimalSign === "comma" ? ["semicolons", word.replace(".", ",")] : ["tabs", `${word}0`];
    return {
      problem: `${word} could be ${Number(decimal)} or ${whole} in a table with ${table}: write ${plain} or ${whole}`,
    };
  }
  const plain = decimalSign === "point" ? word : word.replace(/^([+-]?\d+),(\d+)$/, "$1.$2");
  const value = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(value) ? { value } : { problem: expected(text, "a number") };
}

/** Numbers in which the sign may divide thousands or be decimal. Nobody writes thousands after a leading zero. */
const thousands = {
  point: undefined,
  comma: /^[+-]?[1-9]\d{0,2}\.\d{3}$/,
  either: /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/,
} as const;

function readJson(text: string, form: string, isFit: (value: unknown) => boolean): TextValue {
  try {
    const value: unknown = JSON.parse(text);
    if (isFit(value)) return { value };
  } catch {}
  return { problem: expected(text, form) };
}

function expected(text: string, form: string): string {
  return `${JSON.stringify(text.slice(0, 60))} given; expected ${form}`;
}

function listChoices({ enum: choices = [], const: only }: Schema): readonly Json[] {
  return only === undefined ? choices : [...choices, only];
}

function fits(schema: Schema, { $defs = {} }: Schema, value: unknown): boolean {
  const input = {
    type: "object",
    properties: { value: schema },
    additionalProperties: false,
    $defs,
  } as const;
  return checkInput({ input }, { value }).every(({ severity }) => severity === "warning");
}
