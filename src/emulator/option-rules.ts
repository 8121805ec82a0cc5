import { isRequestId } from "../protocol/paths.js";
import { ConfigError } from "../errors/errors.js";
import { isToken } from "../wire/token.js";
import { everyOddity } from "./catalogue.js";
import type { MediaFile } from "./media.js";
import type { EmulatorOptions } from "./options.js";
import {
  amount,
  callable,
  checkShapes,
  duration,
  either,
  flag,
  isRecord,
  jsonValue,
  listOf,
  objectOf,
  oneLine,
  oneOf,
  show,
  text,
  whole,
  type Shape,
  type Shapes,
} from "./shapes.js";
import type { Spelling } from "./spelling.js";

export const models = listOf({
  words: "an object with `id`, a text, and `input`, a schema",
  fits: (value) => isRecord(value) && typeof value["id"] === "string" && isRecord(value["input"]),
});

export const jobName: Shape = {
  words: "a text of 1 to 128 letters, digits, dashes and underscores",
  fits: isRequestId,
};

export const outcome: Shape = {
  words: '"succeeded", { output } or { error }, with a value that JSON can carry',
  fits: (value) =>
    value === "succeeded" ||
    (isRecord(value) && ["output", "error"].some((key) => key in value) && jsonValue.fits(value)),
};

/** Tokens stay out of messages: they are checked apart. */
const tokens = either(
  { words: "a token", fits: isToken },
  {
    words: "a list of at least one, each in ASCII without spaces and quotes",
    fits: (value) => Array.isArray(value) && value.length > 0 && value.every(isToken),
  },
);

/** Microdollars are whole numbers that JSON carries exactly. */
const balance: Shape = {
  words: "a number from 0 to 9,000,000,000",
  fits: (value) => amount.fits(value) && (value as number) <= 9e9,
};

const anything: Shape = { words: "anything", fits: () => true };

const mediaFile = objectOf<MediaFile>(
  {
    bytes: { words: "a Uint8Array", fits: (value) => value instanceof Uint8Array },
    type: oneLine,
    extension: {
      words: "letters and digits",
      fits: (value) => typeof value === "string" && /^\w+$/.test(value),
    },
  },
  ["bytes", "type", "extension"],
);

const spelling = objectOf<Spelling>({
  badToken: oneOf(401, 400),
  badInput: oneOf(422, 400),
  lowBalance: oneOf(402, 400),
  tooEarly: oneOf(200, 400),
  accepted: oneOf(200, 202),
  errorBody: oneOf("error_code, error_message", "code, message", "error_code, detail", "code, error"),
  errorsAs200: flag,
  success: oneOf("succeeded", "completed"),
  dates: oneOf("zone", "six digits, no zone"),
});

const shapes: Shapes<EmulatorOptions> = {
  port: whole(0, 65_535),
  host: text,
  allowRemote: flag,
  faults: { words: "a list of faults", fits: Array.isArray },
  onRequest: callable,
  models,
  tokens: anything,
  balanceUsd: balance,
  priceUsd: amount,
  queueMs: either(duration, callable),
  runMs: either(duration, callable),
  concurrency: {
    words: "a whole number from 1, or Infinity",
    fits: (value) => value === Infinity || whole(1).fits(value),
  },
  outcome: callable,
  spelling: either(oneOf("documented", "observed"), spelling),
  badInputs: oneOf("refuse", "accept"),
  oddities: either(oneOf("all"), listOf(oneOf(...everyOddity))),
  media: objectOf({ image: mediaFile, video: mediaFile, audio: mediaFile }),
  requestId: callable,
  clock: {
    words: "a clock: an object with the functions `now`, `date` and `sleep`",
    fits: (value) => isRecord(value) && ["now", "date", "sleep"].every((name) => callable.fits(value[name])),
  },
};

/** Throws a ConfigError that says which option cannot be used, and why. */
export function checkOptions(options: EmulatorOptions): void {
  if (!isRecord(options))
    throw new ConfigError(`startEmulator takes an object of options. Given: ${show(options)}.`);
  checkShapes("startEmulator", options, shapes);
  if (options.tokens !== undefined && !tokens.fits(options.tokens))
    throw new ConfigError(`startEmulator: tokens must be ${tokens.words}.`);
}
