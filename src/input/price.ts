import type { Price, Schema } from "./model.js";

/** What a job will cost, as far as the catalogue and the input tell. */
export interface Estimate {
  /** US dollars, to the millionth; `null` where the model carries no price. */
  readonly usd: number | null;
  /** How the amount was reckoned, such as `"5 seconds at $0.05"`. */
  readonly basis: string;
  /** False where `usd` is only where the price starts: the job may cost more. */
  readonly exact: boolean;
  /** Why the amount is not exact, and the catalogue's own remark on the price. Empty where there is nothing to say. */
  readonly note: string;
}

/**
 * The price of a job before it is paid, from the model's catalogue price and the input's duration or number of images.
 *
 * A duration that the input leaves out is the field's default. Where the length is not known before the job (`"auto"`, or a
 * model that follows its input video), the shortest one counts and the estimate is not exact.
 */
export function estimate(
  model: { readonly input: Schema; readonly price?: Price },
  input: unknown,
): Estimate {
  const { price } = model;
  if (!price) {
    const note = "The catalogue states no price for this model.";
    return { usd: null, basis: "no price", exact: false, note };
  }
  const { count, doubt, counted } = countUnits(model.input, input, price.unit);
  const fields = Object.entries(model.input.properties ?? {});
  const setting = fields.find(
    ([name, field]) => name !== counted && costly.test(name) && hasChoice(field),
  )?.[0];
  const notes = [
    price.usd === 0 && "The catalogue states a price of 0, which may mean that it knows none.",
    doubt,
    price.note && `The catalogue remarks: ${price.note}`,
    setting && `Starting price: \`${setting}\` may raise it.`,
  ].filter(Boolean);
  return {
    // Up, so that no job is called free that is not.
    usd: Math.ceil(Number((price.usd * count * 1e6).toFixed(3))) / 1e6,
    basis: `${count} ${price.unit}${count === 1 ? "" : "s"} at $${price.usd}`,
    exact: notes.length === 0,
    note: notes.join(" "),
  };
}

/** Names of fields that services charge for. */
const costly =
  /resolution|quality|size|width|height|pixel|fps|frame|step|mode|audio|sound|voice|upscal|tier|(?:^|_)(?:n|num|number|max|count|batch)(?:_|$)/;

const lengths = ["duration", "duration_seconds", "seconds", "length", "duration_ms", "music_length_ms"];
const numbers = ["num_images", "num_outputs", "n", "image_count", "number_of_images", "batch_size"];

function fieldOf(schema: Schema, name: string): Schema | undefined {
  return schema.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
}

/** Free text and a field that can have one value only change no price. */
function hasChoice({ type, enum: choices, "x-media": media }: Schema): boolean {
  return choices ? choices.length > 1 : type !== "string" && type !== "array" && !media;
}

/** How many seconds or images a job makes; a doubt where the input does not tell. */
function countUnits(
  schema: Schema,
  input: unknown,
  unit: Price["unit"],
): { readonly count: number; readonly doubt?: string; readonly counted?: string } {
  const isLength = unit === "second";
  const name = (isLength ? lengths : numbers).find((one) => fieldOf(schema, one));
  if (name === undefined) {
    const doubt = "The length is not an input of this model: the price is that of one second.";
    return isLength ? { count: 1, doubt } : { count: 1 };
  }
  const field = fieldOf(schema, name)!;
  const scale = name.endsWith("_ms") ? 1000 : 1;
  const given = isObject(input) && Object.hasOwn(input, name) ? input[name] : undefined;
  const amount = amountOf(given ?? field.default);
  if (amount !== undefined) return { count: amount / scale, counted: name };
  if (!isLength)
    return { count: 1, counted: name, doubt: `\`${name}\` is open: the price is that of one ${unit}.` };
  const choices = [...(field.enum ?? []), field.minimum].map((one) => amountOf(one) ?? Infinity);
  const least = Math.min(...choices) / scale;
  return {
    count: Number.isFinite(least) ? least : 1,
    counted: name,
    doubt: `\`${name}\` leaves the length to the model: the price is that of the shortest.`,
  };
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null;
}

/** A number, or a text that is one: services take `"5"` or `"5s"` where others take `5`. */
function amountOf(value: unknown): number | undefined {
  const text = typeof value === "string" ? value.trim().replace(/\s*(?:s|secs?|seconds?)$/i, "") : "";
  const amount = text === "" ? value : Number(text);
  return typeof amount === "number" && Number.isFinite(amount) && amount > 0 ? amount : undefined;
}
