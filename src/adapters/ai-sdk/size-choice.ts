import type { Json, Schema } from "../../input/model.js";

/** A width and a height, in pixels or as a ratio. */
export interface Sides {
  readonly width: number;
  readonly height: number;
}

/** Two formats count as equal within this part: 848 by 480 pixels are 16:9. */
const tolerance = 0.03;

/** Reads `"1280x720"`, `"16:9"` or a label such as `"480x480 (1:1)"`. */
export function readSides(text: string): Sides | undefined {
  const found = /(\d+(?:\.\d+)?)\s*[x×*:/]\s*(\d+(?:\.\d+)?)/i.exec(text);
  const [width, height] = [Number(found?.[1]), Number(found?.[2])];
  return width > 0 && height > 0 ? { width, height } : undefined;
}

/** The listed values of a field, those of its alternatives among them. */
export function listValues(schema: Schema): readonly Json[] {
  return [schema, ...(schema.anyOf ?? [])].flatMap(
    ({ enum: values, const: only }) => values ?? (only === undefined ? [] : [only]),
  );
}

/** The sides that a value stands for; presets such as `"portrait_4_3"` name the long side first. */
function readFormat(value: Json): Sides | undefined {
  const text = String(value);
  const preset = /^(square|portrait|landscape)(?:[_ -](\d+)[_ -](\d+))?/i.exec(text);
  if (!preset) return readSides(text);
  const name = preset[1]!.toLowerCase();
  if (name === "square") return { width: 1, height: 1 };
  const [long, short] = [Number(preset[2]), Number(preset[3])].sort((a, b) => b - a);
  if (!long || !short) return undefined;
  return name === "portrait" ? { width: short, height: long } : { width: long, height: short };
}

function ratioOf({ width, height }: Sides): number {
  return width / height;
}

function isAlike(one: Sides, other: Sides): boolean {
  return Math.abs(Math.log(ratioOf(one) / ratioOf(other))) < tolerance;
}

/** The listed value that stands for exactly these pixels. */
export function findPixels(values: readonly Json[], wanted: Sides): Json | undefined {
  return values.find((value) => {
    const sides = readSides(String(value));
    return sides?.width === wanted.width && sides.height === wanted.height;
  });
}

/** The listed value with this format; of several the one that is written the same, then the first. */
export function findFormat(values: readonly Json[], wanted: Sides, text: string): Json | undefined {
  if (values.includes(text)) return text;
  return values.find((value) => {
    const sides = readFormat(value);
    return sides !== undefined && isAlike(sides, wanted);
  });
}

/**
 * The number of lines that a value such as `"720p"` or `"2K"` stands for. For `K` and `MP` it is the usual number of pixels of the
 * short side.
 */
function readLines(value: Json): number | undefined {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)\s*(p|i|k|mp)?$/i.exec(String(value)) ?? [];
  if (amount === undefined) return undefined;
  if (/^k$/i.test(unit)) return { "1": 1024, "2": 1440, "4": 2160 }[amount];
  return /^mp$/i.test(unit) ? undefined : Number(amount);
}

/** The listed resolution whose lines are the short side; of names such as `"2K"` also the one of the long side. */
export function findResolution(values: readonly Json[], { width, height }: Sides): Json | undefined {
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  return (
    values.find((value) => readLines(value) === short) ??
    values.find((value) => {
      const amount = /^(\d)k$/i.exec(String(value))?.[1];
      return amount !== undefined && Math.abs(long / (Number(amount) * 1024) - 1) < 0.1;
    })
  );
}

/** The smallest whole numbers with the ratio of the sides, such as `"16:9"`. */
export function reduceSides({ width, height }: Sides): string {
  let [a, b] = [width, height];
  while (b > 0) [a, b] = [b, a % b];
  return `${width / a}:${height / a}`;
}
