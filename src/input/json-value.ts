import type { Json, SchemaType } from "./model.js";

/** Reports whether a JSON value is of the type, or of one of them. `1.0` is an integer; `null` and arrays are not objects. */
export function isOfType(type: SchemaType | readonly SchemaType[], value: unknown): boolean {
  if (typeof type !== "string") return type.some((one) => isOfType(one, value));
  const kind = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  return type === kind || (type === "integer" && Number.isInteger(value));
}

/** Tells a JSON object from every other value. */
export function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return isOfType("object", value);
}

/** Deep equality, whatever the order of keys. */
export function isEqual(a: Json, b: unknown): boolean {
  return a === b || (typeof a === "object" && canonical(a) === canonical(b));
}

/** Reports whether a value is a list with two equal items. */
export function hasDuplicates(value: unknown): boolean {
  return Array.isArray(value) && new Set(value.map(canonical)).size < value.length;
}

/** Text that is the same for equal JSON values and differs for others: objects have their keys in one order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isOfType("object", inner)
      ? Object.fromEntries(Object.entries(inner as object).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** The length of a text as JSON Schema counts it: in code points, so that most emoji count as one. */
export function countCodePoints(text: string): number {
  return text.replace(/[\ud800-\udbff](?=[\udc00-\udfff])/g, "").length;
}

/** Exact in decimals: 0.3 is a multiple of 0.1, though a division of doubles denies it. */
export function isMultiple(value: number, of: number): boolean {
  const scale = 10 ** Math.max(countDecimals(value), countDecimals(of));
  return value % of === 0 || Math.round(value * scale) % Math.round(of * scale) === 0;
}

function countDecimals(value: number): number {
  const [digits, exponent = 0] = `${value}`.split("e");
  return (digits!.split(".")[1] ?? "").length - Number(exponent);
}
