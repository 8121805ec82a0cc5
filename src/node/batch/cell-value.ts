import { checkInput } from "../../input/check.js";
import type { Json, Schema, SchemaType } from "../../input/model.js";

/** The value of a cell, or the reason why it has none. */
export type CellValue = { readonly value: unknown } | { readonly problem: string };

/** The way in which a file writes numbers. */
export interface CellFormat {
  /** True in files with semicolons, where spreadsheets write a decimal comma. */
  readonly hasDecimalComma: boolean;
}

/**
 * The value that a cell stands for, by the schema of its field. Texts stay exact. Lists and objects are written as JSON. A number
 * that a spreadsheet has rounded is refused where the field takes whole numbers.
 */
export function readCell(schema: Schema, text: string, format: CellFormat): CellValue {
  const choices = listChoices(schema);
  const choice =
    choices.find((one) => String(one) === text) ?? choices.find((one) => isSameBoolean(one, text));
  if (choice !== undefined) return { value: choice };
  const types = listTypes(schema);
  let problem: string | undefined;
  for (const type of readable.filter((one) => types.has(one))) {
    const read = readers[type](text, format);
    if ("problem" in read) problem ??= read.problem;
    // A text may look like a number: it is one where the field takes such a number.
    else if (!types.has("string") || fits(schema, read.value)) return read;
  }
  if (types.has("string") || types.size === 0) return { value: text };
  return { problem: problem ?? `${JSON.stringify(text)} is not a value that this field takes` };
}

type Readable = Exclude<SchemaType, "string">;

/** From the narrowest to the widest. */
const readable: readonly Readable[] = ["null", "boolean", "integer", "number", "array", "object"];

const readers: { readonly [type in Readable]: (text: string, format: CellFormat) => CellValue } = {
  null: (text) => (text === "null" ? { value: null } : { problem: expected(text, "null") }),
  boolean: (text) => {
    const word = text.trim().toLowerCase();
    return word === "true" || word === "false"
      ? { value: word === "true" }
      : { problem: expected(text, "true or false") };
  },
  integer: readInteger,
  number: readNumber,
  array: (text) => readJson(text, "a list as JSON, such as [1, 2]", Array.isArray),
  object: (text) =>
    readJson(
      text,
      'an object as JSON, such as {"a": 1}',
      (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    ),
};

function readInteger(text: string): CellValue {
  const word = text.trim();
  if (/^[+-]?\d+(?:[.,]\d+)?e[+-]?\d+$/i.test(word))
    return {
      problem: `${word} was rounded by a spreadsheet: format the column as text, and enter the whole number again`,
    };
  const value = /^[+-]?\d+(?:\.0+)?$/.test(word) ? Number(word) : Number.NaN;
  if (Number.isSafeInteger(value)) return { value };
  return {
    problem: Number.isInteger(value)
      ? `${word} is beyond the whole numbers that can be sent exactly`
      : expected(text, "a whole number"),
  };
}

function readNumber(text: string, { hasDecimalComma }: CellFormat): CellValue {
  const word = text.trim();
  const plain = hasDecimalComma ? word.replace(/^([+-]?\d+),(\d+)$/, "$1.$2") : word;
  const value = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(value) ? { value } : { problem: expected(text, "a number") };
}

function readJson(text: string, form: string, isFit: (value: unknown) => boolean): CellValue {
  try {
    const value: unknown = JSON.parse(text);
    if (isFit(value)) return { value };
  } catch {}
  return { problem: expected(text, form) };
}

function expected(text: string, form: string): string {
  return `${JSON.stringify(text.slice(0, 60))} given; expected ${form}`;
}

function listChoices({ enum: choices = [], const: only, anyOf = [] }: Schema): Json[] {
  return [...choices, ...(only === undefined ? [] : [only]), ...anyOf.flatMap(listChoices)];
}

function listTypes({ type, anyOf = [], enum: choices, const: only }: Schema): Set<SchemaType> {
  const own = typeof type === "string" ? [type] : (type ?? []);
  const inner = anyOf.flatMap((one) => [...listTypes(one)]);
  // A field with choices takes nothing else; its type would only make an error of another kind of them.
  const isText =
    own.length + inner.length === 0 && (choices ?? (only === undefined ? [] : [only])).length > 0;
  return new Set(isText ? ["string" as const] : [...own, ...inner]);
}

/** Spreadsheets write `TRUE`. */
function isSameBoolean(choice: Json, text: string): boolean {
  return typeof choice === "boolean" && String(choice) === text.trim().toLowerCase();
}

function fits(schema: Schema, value: unknown): boolean {
  const input = { type: "object", properties: { value: schema }, additionalProperties: false } as const;
  return checkInput({ input }, { value }).every(({ severity }) => severity === "warning");
}
