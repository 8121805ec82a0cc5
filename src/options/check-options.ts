import { ConfigError } from "../errors/errors.js";
import { nearest } from "../input/nearest.js";

/** Says in words what an option takes where a value is something else; undefined where the value fits. */
export type OptionRule = (value: unknown) => string | undefined;

/** The rules of one call's options, by name. */
export type OptionRules<Options> = { readonly [Name in keyof Options]-?: OptionRule };

function acceptType(type: string, expected: string, isFit = (_: number) => true): OptionRule {
  return (value) => (typeof value === type && isFit(value as number) ? undefined : expected);
}

/** A length of time or a rate: `Infinity` fits. */
export const aPositiveNumber: OptionRule = acceptType("number", "a number above 0", (value) => value > 0);

/** A number of dollars or of things. */
export const aNumber: OptionRule = acceptType("number", "a number, 0 or more", (value) => value >= 0);

/** A number of things of which there is at least one. */
export function aCount(value: unknown): string | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 1 ? undefined : "a whole number, 1 or more";
}

export const aText: OptionRule = acceptType("string", "a text");

export const aBoolean: OptionRule = acceptType("boolean", "true or false");

export const aFunction: OptionRule = acceptType("function", "a function");

/** The function `console.log` itself would be silent: its members are called. */
export const aLogger: OptionRule = acceptType(
  "object",
  "an object with info, warn and error, such as console",
);

export const aClock: OptionRule = acceptType("object", "an object with now, date and sleep");

/** A signal that cannot be listened to would leave a wait behind that nobody can end. */
export function aSignal(value: unknown): string | undefined {
  const { addEventListener } = Object(value) as Partial<AbortSignal>;
  return typeof addEventListener === "function" ? undefined : "the signal of an AbortController";
}

/** For options whose values are checked where they are used. */
export function anything(): undefined {}

/**
 * Refuses options that are no object, a name that is no option (with the name that was probably meant) and a value that does
 * not fit, by a ConfigError. `call` names who takes the options, such as `"createClient"`; `renamed` maps names of earlier
 * versions and of other clients to ours. An option that is `undefined` counts as left out.
 */
export function checkOptions<Options>(
  call: string,
  given: Options | undefined,
  rules: OptionRules<Options>,
  renamed: { readonly [name: string]: string } = {},
): void {
  if (given === undefined) return;
  const type = describeType(given);
  if (type !== "object") throw new ConfigError(`${call} takes an object of options, not ${type}.`);
  for (const [name, value] of Object.entries(given as object)) {
    if (!Object.hasOwn(rules, name)) {
      const names = Object.keys(rules);
      const meant = Object.hasOwn(renamed, name) ? renamed[name] : nearest(name, names)[0];
      const hint = meant ? `Did you mean "${meant}"?` : `It takes ${names.join(", ")}.`;
      throw new ConfigError(`${call} has no option ${JSON.stringify(name.slice(0, 100))}. ${hint}`);
    }
    const expected = value === undefined ? undefined : rules[name as keyof Options](value);
    // The value itself may be a secret; only numbers are shown.
    const found = typeof value === "number" ? value : `of type ${describeType(value)}`;
    if (expected) throw new ConfigError(`${name} is ${found}. Give ${expected}.`);
  }
}

function describeType(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}
