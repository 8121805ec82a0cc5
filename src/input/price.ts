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
  const { usd = NaN, unit = "output", bound, note = "" } = model.price ?? {};
  const remark = note && `The catalogue remarks: ${note}`;
  // An amount that is no price, too, would let any job pass a limit.
  if (!(usd >= 0)) {
    const known = `The catalogue states no price for this model. ${remark}`.trim();
    return { usd: null, bound: "atLeast", basis: "no price", note: known };
  }
  const names = Object.keys(properties);
  const valueOf = (name: string): unknown => {
    const given = readField(input, name);
    return given === undefined ? properties[name]?.default : given;
  };
  const isTimed = unit === "second";
  const length =
    names.find((name) => lengths.test(name) && (properties[name]!["x-unit"] ?? "seconds") === "seconds") ??
    "";
  const numbers = names.filter(
    (name) => usualNumbers.test(name) || properties[name]!["x-role"] === "outputs",
  );
  const amounts = numbers.map((name) => toAmount(valueOf(name)));
  const open = numbers[amounts.indexOf(undefined)];
  const times = amounts.reduce<number>((product, amount = 1) => product * Math.ceil(amount), 1);
  const told = toAmount(valueOf(length));
  const scale = length.endsWith("_ms") ? 1000 : 1;
  const seconds = isTimed ? (told ?? findLeast(properties[length]) ?? scale) / scale : 1;
  const count = isTimed ? seconds : times;
  // A length changes no price that is per result.
  const multiplier = [...names, ...Object.keys(Object(input))].find(
    (name) =>
      name !== length &&
      !numbers.includes(name) &&
      // The service's own value for a field that is left out is at least the least that it takes.
      mayMultiply(name, valueOf(name) ?? findLeast(properties[name])),
  );
  const doubts = [
    usd === 0 && "0 may mean that none is known.",
    isTimed && !told && `${length ? `\`${length}\`` : "The length"} is open: the shortest counts.`,
    open && `\`${open}\` is open: one result counts.`,
    bound === "exact" ? multiplier && `\`${multiplier}\` may multiply the price.` : "Starting price.",
  ].filter(Boolean);
  return {
    // Rounded up, so that a job with a price is never called free.
    usd: Math.ceil(Number((usd * seconds * times * 1e6).toFixed(3))) / 1e6,
    bound: doubts[0] ? "atLeast" : "exact",
    basis: `${count} ${unit}${count === 1 ? "" : "s"} at $${usd}${isTimed && times !== 1 ? `, ${times} times` : ""}`,
    note: [...doubts, remark].filter(Boolean).join(" "),
  };
}

const lengths = /^(duration(_seconds|_ms)?|seconds|length|music_length_ms)$/;
const usualNumbers = /^(n|num_(images|outputs)|batch_size)$/;

/** The least amount that a field takes, as far as its schema tells. */
function findLeast({ enum: choices = [], minimum }: Schema = {}): number | undefined {
  return toAmount(Math.min(...[...choices, minimum].map((one) => toAmount(one) ?? Infinity)));
}

/** A number, or a text that is one: services take `"5"` or `"5s"` where others take `5`. */
function toAmount(value: unknown): number | undefined {
  const amount: unknown =
    typeof value === "string" ? Number(value.replace(/s(ec(ond)?s?)?\s*$/i, "")) : value;
  return Number.isFinite(amount) && (amount as number) > 0 ? (amount as number) : undefined;
}
