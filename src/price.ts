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

interface Quantity {
  readonly count: number;
  readonly known: boolean;
  readonly note?: string;
}

/**
 * The price of a job before it is paid, from the model's catalogue price and the input's duration or number of images.
 *
 * A duration that the input leaves out is the field's default. Where the length is not known before the job (`"auto"`, or a
 * model that follows its input video), the shortest one counts and the estimate is not exact.
 */
export const estimate = (
  model: { readonly input: Schema; readonly price?: Price },
  input: unknown,
): Estimate => {
  const { price } = model;
  if (price === undefined) {
    return {
      usd: null,
      basis: "no price",
      exact: false,
      note: "The catalogue states no price for this model.",
    };
  }
  const quantity =
    price.unit === "second" ? secondsOf(model.input, input) : imagesOf(model.input, input, price.unit);
  const setting = settingsThatCost.find((name) => hasChoice(model.input, name));
  const notes: string[] = [];
  if (price.usd === 0) notes.push("The catalogue states a price of 0, which may mean that it knows none.");
  if (quantity.note !== undefined) notes.push(quantity.note);
  if (price.note) notes.push(`The catalogue remarks: ${price.note}`);
  if (setting !== undefined) notes.push(`Starting price: \`${setting}\` may raise it.`);
  return {
    usd: Math.round(price.usd * quantity.count * 1e6) / 1e6,
    basis: `${quantity.count} ${price.unit}${quantity.count === 1 ? "" : "s"} at $${price.usd}`,
    exact: quantity.known && !price.note && price.usd > 0 && setting === undefined,
    note: notes.join(" "),
  };
};

/** Fields that services charge for. */
const settingsThatCost = [
  "resolution",
  "target_resolution",
  "quality",
  "image_size",
  "size",
  "width",
  "height",
  "megapixels",
  "fps",
  "mode",
  "generate_audio",
  "enable_audio",
  "generate_audio_switch",
];

/** A field that can have one value only changes no price. */
const hasChoice = (schema: Schema, name: string): boolean =>
  Object.hasOwn(schema.properties ?? {}, name) && schema.properties![name]!.enum?.length !== 1;

const secondsOf = (schema: Schema, input: unknown): Quantity => {
  const name = ["duration", "duration_seconds", "seconds", "length", "duration_ms", "music_length_ms"].find(
    (one) => Object.hasOwn(schema.properties ?? {}, one),
  );
  if (name === undefined) {
    return {
      count: 1,
      known: false,
      note: "The length is not an input of this model: the price is that of one second.",
    };
  }
  const field = schema.properties![name]!;
  const scale = name.endsWith("_ms") ? 1000 : 1;
  const given = amountOf(fieldOf(input, name) ?? field.default);
  if (given !== undefined) return { count: given / scale, known: true };
  const least = Math.min(
    ...(field.enum ?? []).map((one) => amountOf(one) ?? Infinity),
    field.minimum ?? Infinity,
  );
  const count = Number.isFinite(least) ? least / scale : 1;
  return {
    count,
    known: false,
    note: `\`${name}\` leaves the length to the model: the price is that of the shortest.`,
  };
};

const imagesOf = (schema: Schema, input: unknown, unit: "image" | "output"): Quantity => {
  const name = ["num_images", "num_outputs", "n", "image_count", "number_of_images", "batch_size"].find(
    (one) => Object.hasOwn(schema.properties ?? {}, one),
  );
  if (name === undefined) return { count: 1, known: true };
  const given = amountOf(fieldOf(input, name) ?? schema.properties![name]!.default);
  return given === undefined
    ? { count: 1, known: false, note: `\`${name}\` is open: the price is that of one ${unit}.` }
    : { count: given, known: true };
};

const fieldOf = (input: unknown, name: string): unknown =>
  typeof input === "object" && input !== null && Object.hasOwn(input, name)
    ? (input as { readonly [key: string]: unknown })[name]
    : undefined;

/** A number, or a text that is one: services take `"5"` or `"5s"` where others take `5`. */
const amountOf = (value: unknown): number | undefined => {
  const text = typeof value === "string" ? value.trim().replace(/\s*(?:s|secs?|seconds?)$/i, "") : "";
  const amount = text === "" ? value : Number(text);
  return typeof amount === "number" && Number.isFinite(amount) && amount > 0 ? amount : undefined;
};
