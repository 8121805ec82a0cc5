import type { Price, Schema } from "./model.js";
import { mayMultiply, readField } from "./price-multiplier.js";

/** The price of a job, as far as the catalogue and the input tell. */
export interface Estimate {
  /** US dollars, to the millionth; `null` where the model carries no price. */
  readonly usd: number | null;
  /** `"exact"` where the job costs `usd`; `"atLeast"` where it may cost more, or where the price is not known. */
  readonly bound: "exact" | "atLeast";
  /** The calculation of the amount, such as `"5 seconds at $0.05"`. */
  readonly basis: string;
  /** The reasons why the amount is not exact, and the catalogue's own remark on the price. Empty where there are none. */
  readonly note: string;
}

/**
 * The price of a job before it is paid, from the model's catalogue price and the input's duration or number of images.
 *
 * A duration that the input leaves out is the field's default. Where the length is not known before the job (`"auto"`, or a
 * model that follows its input video), the shortest one counts and the amount is a lower bound.
 */
export function estimate(
  model: { readonly input: Schema; readonly price?: Price },
  input: unknown,
): Estimate {
  const { properties = {} } = model.input;
  const { usd, unit = "output", bound, note = "" } = model.price ?? {};
  const remark = note && `The catalogue remarks: ${note}`;
  // An amount that is no price, too, would let any job pass a limit.
  if (usd === undefined || !(usd >= 0)) {
    const known = `The catalogue states no price for this model. ${remark}`.trim();
    return { usd: null, bound: "atLeast", basis: "no price", note: known };
  }
  const names = Object.keys(properties);
  const isTimed = unit === "second";
  const length = isTimed
    ? lengths.find((name) => names.includes(name) && (properties[name]!["x-unit"] ?? "seconds") === "seconds")
    : undefined;
  const numbers = names.filter(
    (name) => usualNumbers.includes(name) || properties[name]!["x-role"] === "outputs",
  );
  const amounts = numbers.map((name) => readAmount(name, properties, input));
  const open = numbers.find((_, at) => amounts[at] === undefined);
  const [seconds, unsure] = isTimed ? countSeconds(length, properties, input) : [1];
  const times = amounts.reduce<number>((product, amount = 1) => product * Math.ceil(amount), 1);
  const count = isTimed ? seconds : times;
  // The length changes no price that is per result.
  const counted = [...numbers, ...(isTimed ? [length] : lengths)];
  const counting = { isTimed, isTold: numbers.length > 0 || length !== undefined };
  const multiplier = [...names, ...Object.keys(Object(input))].find(
    (name) =>
      !counted.includes(name) && mayMultiply(name, readField(input, name), properties[name], counting),
  );
  const setting = names.find(
    (name) =>
      name !== length &&
      (isTimed || !numbers.includes(name)) &&
      !free.test(name) &&
      hasChoice(name, properties[name]!),
  );
  const doubts = [
    usd === 0 && "A price of 0 may mean that the catalogue knows none.",
    unsure,
    open && describeOpen(`\`${open}\``, "one result"),
    bound === "exact"
      ? multiplier && `\`${multiplier}\` may multiply the price.`
      : setting
        ? `Starting price: \`${setting}\` may raise it.`
        : "Starting price.",
  ].filter(Boolean);
  return {
    // Rounded up, so that a job with a price is never called free.
    usd: Math.ceil(Number((usd * seconds * times * 1e6).toFixed(3))) / 1e6,
    bound: doubts.length === 0 ? "exact" : "atLeast",
    basis: `${count} ${unit}${count === 1 ? "" : "s"} at $${usd}${isTimed && times !== 1 ? `, ${times} times` : ""}`,
    note: [...doubts, remark].filter(Boolean).join(" "),
  };
}

/** Names of fields that never change the price. Any other field may, unless the catalogue states that the price is fixed. */
const free = /seed|(?:^|_)ratio|orientation|prompt|safety|watermark|format|cfg|guidance|camera/;

const lengths = ["duration", "duration_seconds", "seconds", "length", "duration_ms", "music_length_ms"];
const usualNumbers = ["num_images", "num_outputs", "n", "image_count", "number_of_images", "batch_size"];

/** Names of free texts that change the price. */
const costly = /resolution|size|quality|mode|duration|length|second|fps|tier|sound/;

/**
 * Tells whether a field lets its caller choose something that may cost. Most free texts, and a field with one allowed value, change no
 * price.
 */
function hasChoice(name: string, { type, enum: choices, items, "x-media": media }: Schema): boolean {
  if (choices) return choices.length > 1;
  if (type === "string") return !media && costly.test(name);
  return type === "array" ? items?.type === "object" : !media;
}

type Fields = { readonly [name: string]: Schema };

/** The amount that a field is given, or has by default. */
function readAmount(name: string, properties: Fields, input: unknown): number | undefined {
  const given = readField(input, name);
  // A field that is null leaves the amount to the service, which need not take the default.
  return toAmount(given === undefined ? properties[name]!.default : given);
}

/** The number of seconds that a result has, and the reason why it may have more. */
function countSeconds(
  name: string | undefined,
  properties: Fields,
  input: unknown,
): readonly [count: number, doubt?: string] {
  if (name === undefined) return [1, describeOpen("The length", "one second")];
  const { enum: choices = [], minimum } = properties[name]!;
  const scale = name.endsWith("_ms") ? 1000 : 1;
  const amount = readAmount(name, properties, input);
  if (amount !== undefined) return [amount / scale];
  const least = Math.min(...[...choices, minimum].map((one) => toAmount(one) ?? Infinity)) / scale;
  return [Number.isFinite(least) ? least : 1, describeOpen(`\`${name}\``, "the shortest")];
}

function describeOpen(amount: string, counted: string): string {
  return `${amount} is open: the price is that of ${counted}.`;
}

/** A number, or a text that is one: services take `"5"` or `"5s"` where others take `5`. */
function toAmount(value: unknown): number | undefined {
  const text = typeof value === "string" ? value.trim().replace(/\s*(?:s|secs?|seconds?)$/i, "") : "";
  const amount = text === "" ? value : Number(text);
  return typeof amount === "number" && Number.isFinite(amount) && amount > 0 ? amount : undefined;
}
