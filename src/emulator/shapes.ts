import { inspect } from "node:util";
import { ConfigError } from "../errors/errors.js";
import { nearest } from "../input/nearest.js";

/** What a value must be: in words that go on from "it must be", and as a test. */
export interface Shape {
  readonly words: string;
  readonly fits: (value: unknown) => boolean;
  /** For lists and objects that do not fit: what in them does not. */
  readonly inside?: (value: unknown) => Misfit | undefined;
}

interface Misfit {
  /** As it is written behind the name of the whole: `[0]`, `.bytes`. */
  readonly at: string;
  readonly value: unknown;
  readonly wanted: Shape;
}

/** The shape of each key that an object may have. */
export type Shapes<T> = { readonly [Key in keyof T]-?: Shape };

function shape(words: string, fits: Shape["fits"], inside: Shape["inside"] = () => undefined): Shape {
  return {
    words,
    fits,
    inside,
  };
}

export const flag = shape("true or false", (value) => typeof value === "boolean");
export const text = shape("a text", (value) => typeof value === "string");
export const oneLine = shape(
  "a text without line breaks",
  (value) => typeof value === "string" && !/[\r\n\0]/.test(value),
);
export const callable = shape("a function", (value) => typeof value === "function");
export const amount = shape("a number from 0", (value) => Number.isFinite(value) && (value as number) >= 0);
/** Time that may have no end. */
export const duration = shape(
  "a number from 0, or Infinity",
  (value) => typeof value === "number" && value >= 0,
);

export function whole(least = -Infinity, most = Infinity): Shape {
  const range = least === -Infinity ? "" : ` from ${least}${most === Infinity ? "" : ` to ${most}`}`;
  return shape(
    `a whole number${range}`,
    (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
  );
}

export function oneOf(...values: readonly unknown[]): Shape {
  return shape(values.map((value) => JSON.stringify(value)).join(" or "), (value) => values.includes(value));
}

export function listOf(item: Shape): Shape {
  return shape(
    `a list, each item ${item.words}`,
    (value) => Array.isArray(value) && value.every((one) => item.fits(one)),
    (value) => {
      if (!Array.isArray(value)) return undefined;
      const index = value.findIndex((one) => !item.fits(one));
      return { at: `[${index}]`, value: value[index], wanted: item };
    },
  );
}

export function recordOf(item: Shape): Shape {
  return shape(
    `an object, each value ${item.words}`,
    (value) => isRecord(value) && Object.values(value).every((one) => item.fits(one)),
  );
}

export function either(...shapes: readonly Shape[]): Shape {
  return shape(
    shapes.map(({ words }) => words).join(", or "),
    (value) => shapes.some(({ fits }) => fits(value)),
    (value) => shapes.map(({ inside }) => inside?.(value)).find((misfit) => misfit !== undefined),
  );
}

/** An object with these keys; all may be left out but those that are `needed`. */
export function objectOf<T extends object>(shapes: Shapes<T>, needed: readonly (keyof T)[] = []): Shape {
  return shape(
    `an object of ${Object.entries<Shape>(shapes)
      .map(([key, { words }]) => `${key} (${words})`)
      .join(", ")}`,
    (value) =>
      isRecord(value) &&
      needed.every((key) => value[key as string] !== undefined) &&
      findMisfit(value, shapes) === undefined,
    (value) => {
      const misfit = isRecord(value) ? findMisfit(value, shapes) : undefined;
      return misfit?.wanted && { at: `.${misfit.key}`, value: misfit.value, wanted: misfit.wanted };
    },
  );
}

/** A value that JSON carries as it is: nothing undefined in it, no NaN, no circle. */
export const jsonValue = shape("a value that JSON can carry", (value) => {
  try {
    return JSON.stringify(value, (_, inner: unknown) => refuseUncarried(inner)) !== undefined;
  } catch {
    return false;
  }
});

function refuseUncarried(value: unknown): unknown {
  const isLost = value === undefined || typeof value === "function" || typeof value === "symbol";
  if (isLost || (typeof value === "number" && !Number.isFinite(value))) throw new RangeError("not JSON");
  return value;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The first key that nobody knows or whose value does not fit. A key that is `undefined` is one that was left out. */
function findMisfit<T extends object>(
  value: object,
  shapes: Shapes<T>,
): { readonly key: string; readonly value: unknown; readonly wanted: Shape | undefined } | undefined {
  for (const [key, inner] of Object.entries(value)) {
    const wanted = Object.hasOwn(shapes, key) ? shapes[key as keyof T] : undefined;
    if (inner !== undefined && !wanted?.fits(inner)) return { key, value: inner, wanted };
  }
  return undefined;
}

/** An object without the keys that are `undefined`. */
export function dropUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as T;
}

/** Throws a ConfigError that names what does not fit. `whose` begins the message, such as `"startEmulator"`. */
export function checkShapes<T extends object>(whose: string, value: object, shapes: Shapes<T>): void {
  const misfit = findMisfit(value, shapes);
  if (misfit === undefined) return;
  const { key, wanted } = misfit;
  if (wanted) throw refuse(`${whose}: `, { at: key, value: misfit.value, wanted });
  const [meant] = nearest(key, Object.keys(shapes), 1);
  const advice =
    meant === undefined ? `It may have: ${Object.keys(shapes).join(", ")}.` : `Is ${meant} meant?`;
  throw new ConfigError(`${whose}: there is no key ${JSON.stringify(key)}. ${advice}`);
}

/** The error for a value that does not fit, or for what in it does not. */
export function refuse(begin: string, misfit: Misfit, verb = "is"): ConfigError {
  const inner = misfit.wanted.inside?.(misfit.value);
  if (inner !== undefined) return refuse(begin, { ...inner, at: misfit.at + inner.at }, verb);
  const { at, value, wanted } = misfit;
  return new ConfigError(`${begin}${at} ${verb} ${show(value)}; it must be ${wanted.words}.`);
}

/** A value in a message, on one line and not too long. */
export function show(value: unknown): string {
  const line = jsonValue.fits(value) ? JSON.stringify(value) : inspect(value).replace(/\s+/g, " ");
  return line.length > 100 ? `${line.slice(0, 100)}…` : line;
}
