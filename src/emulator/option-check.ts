import { ConfigError } from "../errors/errors.js";
import type { Schema } from "../input/model.js";
import { aBoolean, aFunction, anything, aText, checkOptions } from "../options/check-options.js";
import type { OptionRules } from "../options/check-options.js";
import { checkData } from "../options/data-check.js";
import { isToken } from "../protocol/token-form.js";
import type { EmulatorOptions } from "./emulator-options.js";
import type { MediaFile } from "./jobs/media-file.js";
import { aModelList, aTime, dropUndefined } from "./jobs/value-rules.js";
import { everyQuirk } from "./service/quirks.js";
import type { WireFormat } from "./service/wire-format.js";
import { isObject } from "../input/json-value.js";

/** Throws a ConfigError that says which option cannot be used, and why. */
export function checkEmulatorOptions(options: EmulatorOptions): void {
  checkOptions("startEmulator", options, rules, renamed);
  checkTokens(options.tokens);
  const { wireFormat, badInputs, quirks } = options;
  const data = {
    wireFormat: isObject(wireFormat) ? dropUndefined(wireFormat) : wireFormat,
    badInputs,
    quirks,
  };
  checkData("startEmulator", { properties: schemas }, dropUndefined(data));
  if (options.media !== undefined) checkMedia(options.media);
}

const renamed = { spelling: "wireFormat", oddities: "quirks" };

const rules: OptionRules<EmulatorOptions> = {
  port: (value) => wholeNumber(value, 0, 65_535),
  host: aText,
  allowRemote: aBoolean,
  allowHosts: aListOfNames,
  faults: (value) => (Array.isArray(value) ? undefined : "a list of faults"),
  onRequest: aFunction,
  models: aModelList,
  tokens: anything,
  balanceUsd: aBalance,
  priceUsd: (value) => (isAmount(value) ? undefined : "a number from 0"),
  queueMs: aTimeOrFunction,
  runMs: aTimeOrFunction,
  concurrency: (value) => (value === Infinity ? undefined : wholeNumber(value, 1, Infinity)),
  outcome: aFunction,
  wireFormat: anything,
  badInputs: anything,
  quirks: anything,
  media: anything,
  requestId: aFunction,
  clock: aClock,
};

const wireFormatSchema = {
  type: "object",
  properties: {
    badToken: { enum: [401, 400] },
    badInput: { enum: [422, 400] },
    lowBalance: { enum: [402, 400] },
    tooEarly: { enum: [200, 400] },
    accepted: { enum: [200, 202] },
    errorBody: {
      enum: ["error_code, error_message", "code, message", "error_code, detail", "code, error"],
    },
    errorsAs200: { type: "boolean" },
    success: { enum: ["succeeded", "completed"] },
    dates: { enum: ["zone", "six digits, no zone"] },
  } satisfies { readonly [Key in keyof WireFormat]-?: Schema },
  additionalProperties: false,
} as const satisfies Schema;

/** The options that are nested data or one of several words. */
const schemas: { readonly [name: string]: Schema } = {
  wireFormat: { anyOf: [{ type: "string", enum: ["documented", "observed"] }, wireFormatSchema] },
  badInputs: { enum: ["refuse", "accept"] },
  quirks: {
    anyOf: [
      { type: "string", enum: ["all"] },
      { type: "array", items: { enum: everyQuirk } },
    ],
  },
};

const mediaFileRules: OptionRules<MediaFile> = {
  bytes: (value) => (value instanceof Uint8Array ? undefined : "a Uint8Array"),
  type: (value) => matching(value, /^[^\r\n\0]*$/, "a text without line breaks"),
  extension: (value) => matching(value, /^\w+$/, "letters and digits"),
};

function checkMedia(media: NonNullable<EmulatorOptions["media"]>): void {
  checkOptions("startEmulator's media", media, { image: anything, video: anything, audio: anything });
  for (const [kind, file] of Object.entries(dropUndefined(media))) {
    const owner = `startEmulator's media.${kind}`;
    checkOptions(owner, file, mediaFileRules);
    const missing = Object.keys(mediaFileRules).find((name) => file[name as keyof MediaFile] === undefined);
    if (missing !== undefined)
      throw new ConfigError(`${owner} needs bytes, type and extension; ${missing} is missing.`);
  }
}

/** Tokens are checked apart, so that no message shows one. */
function checkTokens(tokens: unknown): void {
  const list = Array.isArray(tokens) ? tokens : [tokens];
  if (tokens === undefined || (list.length > 0 && list.every(isToken))) return;
  throw new ConfigError(
    "startEmulator: tokens must be a token, or a list of at least one, each in ASCII without spaces and quotes.",
  );
}

function aListOfNames(value: unknown): string | undefined {
  const isName = (name: unknown) => typeof name === "string" && /^(\*|null|[\w.-]+)$/.test(name);
  return Array.isArray(value) && value.every(isName)
    ? undefined
    : 'a list of host names without ports, such as "app.test", or "*"';
}

function wholeNumber(value: unknown, least: number, most: number): string | undefined {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return undefined;
  return most === Infinity
    ? `a whole number from ${least}, or Infinity`
    : `a whole number from ${least} to ${most}`;
}

function isAmount(value: unknown): boolean {
  return Number.isFinite(value) && (value as number) >= 0;
}

/** Microdollars up to this balance are whole numbers that JSON carries exactly. */
function aBalance(value: unknown): string | undefined {
  return isAmount(value) && (value as number) <= 9e9 ? undefined : "a number from 0 to 9,000,000,000";
}

function aTimeOrFunction(value: unknown): string | undefined {
  const expected = typeof value === "function" ? undefined : aTime(value);
  return expected && `${expected}, or a function`;
}

function aClock(value: unknown): string | undefined {
  const names = ["now", "date", "sleep"];
  const isClock = isObject(value) && names.every((name) => typeof value[name] === "function");
  return isClock ? undefined : "a clock: an object with the functions `now`, `date` and `sleep`";
}

function matching(value: unknown, pattern: RegExp, expected: string): string | undefined {
  return typeof value === "string" && pattern.test(value) ? undefined : expected;
}
