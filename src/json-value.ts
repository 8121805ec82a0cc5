/** Values nested deeper than this are refused rather than walked, so that no input can exhaust the stack. */
export const deepest = 200;

/** Deep equality, whatever the order of keys. */
export const isEqual = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a === "object" && typeof b === "object" && canonical(a) === canonical(b));

/** Text that is the same for equal JSON values and differs for others, down to the deepest level. */
export const canonical = (value: unknown, depth = 0): string => {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return String(value);
  if (depth > deepest) return "";
  const inner = (item: unknown) => canonical(item, depth + 1);
  if (Array.isArray(value)) return `[${value.map(inner).join()}]`;
  const fields = value as { readonly [key: string]: unknown };
  const keys = Object.keys(fields).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${inner(fields[key])}`).join()}}`;
};

/** The length of a text as JSON Schema counts it: an emoji is one. */
export const countCodePoints = (text: string): number => {
  let count = 0;
  for (const _ of text) count++;
  return count;
};

/** Exact in decimals: 0.3 is a multiple of 0.1, though a division of doubles denies it. */
export const isMultiple = (value: number, of: number): boolean => {
  if (Number.isSafeInteger(value) && Number.isSafeInteger(of)) return value % of === 0;
  if (!Number.isFinite(value)) return false;
  const [digits, exponent] = decimal(value);
  const [ofDigits, ofExponent] = decimal(of);
  const shift = Math.min(exponent, ofExponent);
  return (digits * 10n ** BigInt(exponent - shift)) % (ofDigits * 10n ** BigInt(ofExponent - shift)) === 0n;
};

const decimal = (value: number): readonly [digits: bigint, exponent: number] => {
  const [mantissa, exponent = 0] = String(value).split("e");
  const [whole, fraction = ""] = mantissa!.split(".");
  return [BigInt(whole! + fraction), Number(exponent) - fraction.length];
};
