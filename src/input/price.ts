import type { Price, Schema } from "./model.js";

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
  if (usd === undefined) {
    const known = `The catalogue states no price for this model. ${remark}`.trim();
    return { usd: null, bound: "atLeast", basis: "no price", note: known };
  }
  const counted = (unit === "second" ? lengths : numbers).find((name) => Object.hasOwn(properties, name));
  const [count, doubt] = countUnits(unit, counted, properties, input);
  const setting = Object.keys(properties).find(
    (name) => name !== counted && !free.test(name) && hasChoice(properties[name]!),
  );
  const doubts = [
    usd === 0 && "The catalogue states a price of 0, which may mean that it knows none.",
    doubt,
    bound !== "exact" && setting && `Starting price: \`${setting}\` may raise it.`,
    !setting && bound === "atLeast" && "Starting price.",
  ].filter(Boolean);
  const isExact = doubts.length === 0 && (bound || !remark);
  return {
    // Rounded up, so that a job with a price is never called free.
    usd: Math.ceil(Number((usd * count * 1e6).toFixed(3))) / 1e6,
    bound: isExact ? "exact" : "atLeast",
    basis: `${count} ${unit}${count === 1 ? "" : "s"} at $${usd}`,
    note: [...doubts, remark].filter(Boolean).join(" "),
  };
}

/** Names of fields that never change the price. Any other field may, unless the catalogue states that the price is fixed. */
const free = /seed|(?:^|_)ratio|orientation|prompt|safety|watermark|format|cfg|guidance|camera/;

const lengths = ["duration", "duration_seconds", "seconds", "length", "duration_ms", "music_length_ms"];
const numbers = ["num_images", "num_outputs", "n", "image_count", "number_of_images", "batch_size"];

/** Tells whether a field lets its caller choose. Free text, and a field with one allowed value, change no price. */
function hasChoice({ type, enum: choices, "x-media": media }: Schema): boolean {
  return choices ? choices.length > 1 : type !== "string" && type !== "array" && !media;
}

/** The number of seconds or images that a job makes, and the reason why there may be more. */
function countUnits(
  unit: Price["unit"],
  name: string | undefined,
  properties: { readonly [name: string]: Schema },
  input: unknown,
): readonly [count: number, doubt?: string] {
  const isLength = unit === "second";
  if (name === undefined)
    return isLength ? [1, "The length is not an input of this model: the price is that of one second."] : [1];
  const { default: initial, enum: choices = [], minimum } = properties[name]!;
  const scale = name.endsWith("_ms") ? 1000 : 1;
  const given: unknown = Object.getOwnPropertyDescriptor(Object(input), name)?.value;
  const amount = toAmount(given ?? initial);
  if (amount !== undefined) return [amount / scale];
  if (!isLength) return [1, `\`${name}\` is open: the price is that of one ${unit}.`];
  const least = Math.min(...[...choices, minimum].map((one) => toAmount(one) ?? Infinity)) / scale;
  const doubt = `\`${name}\` leaves the length to the model: the price is that of the shortest.`;
  return [Number.isFinite(least) ? least : 1, doubt];
}

/** A number, or a text that is one: services take `"5"` or `"5s"` where others take `5`. */
function toAmount(value: unknown): number | undefined {
  const text = typeof value === "string" ? value.trim().replace(/\s*(?:s|secs?|seconds?)$/i, "") : "";
  const amount = text === "" ? value : Number(text);
  return typeof amount === "number" && Number.isFinite(amount) && amount > 0 ? amount : undefined;
}
