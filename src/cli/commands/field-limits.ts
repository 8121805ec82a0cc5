import type { MediaLimits, MediaRules, Schema } from "../../input/model.js";

/** A field's type and limits as short text: `integer, 4 to 12`. */
export function describeType(field: Schema): string {
  if (isRun(field.enum)) return `${field.enum[0]} to ${field.enum.at(-1)}, whole numbers`;
  const values = field.const === undefined ? field.enum : [field.const];
  if (values) return values.map((one) => (typeof one === "string" ? one : JSON.stringify(one))).join(" | ");
  if (field.anyOf && field.type === undefined) return field.anyOf.map(describeType).join(" or ");
  const media = field["x-media"];
  const types = [field.type ?? "any"]
    .flat()
    .map((word) => (media && word === "string" ? `${media.kind ?? "media"} URL` : word));
  const items = field.items ? ` of ${describeType(field.items)}` : "";
  return [
    types.join(" or ") + items,
    describeRange(field.minimum, field.maximum, ""),
    describeRange(field.minLength || undefined, field.maxLength, " characters"),
    describeRange(field.minItems || undefined, field.maxItems, " items"),
    ...(field.exclusiveMinimum === undefined ? [] : [`above ${field.exclusiveMinimum}`]),
    ...(field.exclusiveMaximum === undefined ? [] : [`below ${field.exclusiveMaximum}`]),
    ...(media ? describeMedia(media) : []),
  ]
    .filter(Boolean)
    .join(", ");
}

/** Five or more whole numbers without a gap read better as a range. */
function isRun(values: Schema["enum"]): values is readonly number[] {
  return (
    values !== undefined &&
    values.length >= 5 &&
    values.every((value, at) => Number.isInteger(value) && value === Number(values[0]) + at)
  );
}

function describeRange(least: number | undefined, most: number | undefined, unit: string): string {
  if (least === undefined && most === undefined) return "";
  if (most === undefined) return `from ${least}${unit}`;
  if (least === most) return `exactly ${least}${unit}`;
  return least === undefined ? `up to ${most}${unit}` : `${least} to ${most}${unit}`;
}

const subjects: { readonly [Subject in keyof Required<MediaLimits>]: readonly [name: string, unit: string] } =
  {
    width_pixels: ["width", " px"],
    height_pixels: ["height", " px"],
    "width/height": ["width/height", ""],
    file_size_mb: ["file", " MB"],
    duration_seconds: ["length", " s"],
  };

/** Documented limits of media are strict: a value on a limit is refused. */
function describeMedia({ above, below }: MediaRules): string[] {
  return Object.entries(subjects).flatMap(([key, [name, unit]]) => {
    const subject = key as keyof MediaLimits;
    const [least, most] = [above?.[subject], below?.[subject]];
    if (least === undefined && most === undefined) return [];
    if (most === undefined) return [`${name} > ${least}${unit}`];
    return [`${least === undefined ? "" : `${least} < `}${name} < ${most}${unit}`];
  });
}
