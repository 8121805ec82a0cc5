import { ConfigError } from "../errors/errors.js";
import { nearest } from "../input/nearest.js";

/** Says in words what an option takes where a value is something else; undefined where the value fits. */
export type OptionRule = (value: unknown) => string | undefined;

/** The rules of one call's options, by name. */
export type OptionRules<Options> = { readonly [Name in keyof Options]-?: OptionRule };

/** A length of time or a rate: `Infinity` fits. */
export function aPositiveNumber(value: unknown): string | undefined {
  return typeof value === "number" && value > 0 ? undefined : "a number above 0";
}

/** A number of dollars or of things. */
export function aNumber(value: unknown): string | undefined {
  return typeof value === "number" && value >= 0 ? undefined : "a number, 0 or more";
}

export function aText(value: unknown): string | undefined {
  return typeof value === "string" ? undefined : "a text";
}

export function aBoolean(value: unknown): string | undefined {
  return typeof value === "boolean" ? undefined : "true or false";
}

export function aFunction(value: unknown): string | undefined {
  return typeof value === "function" ? undefined : "a function";
}

/** A signal that cannot be listened to would leave a wait behind that nobody can end. */
export function aSignal(value: unknown): string | undefined {
  const { addEventListener } = Object(value) as Partial<AbortSignal>;
  return typeof addEventListener === "function" ? undefined : "the signal of an AbortController";
}

/** For options whose values are checked where they are used. */
export function anything(): undefined {
  return undefined;
}

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
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new ConfigError(`${call} takes an object of options, not ${describeType(given)}.`);
  const known = new Map<string, OptionRule>(Object.entries(rules));
  for (const [name, value] of Object.entries(given)) {
    const rule = known.get(name);
    if (!rule) throw unknownOption(call, name, [...known.keys()], renamed);
    const expected = value === undefined ? undefined : rule(value);
    // The value itself may be a secret; only numbers are shown.
    const found = typeof value === "number" ? String(value) : `of type ${describeType(value)}`;
    if (expected !== undefined) throw new ConfigError(`${name} is ${found}. Give ${expected}.`);
  }
}

function unknownOption(
  call: string,
  name: string,
  names: readonly string[],
  renamed: { readonly [name: string]: string },
): ConfigError {
  const meant = (Object.hasOwn(renamed, name) ? renamed[name] : undefined) ?? nearest(name, names)[0];
  const hint = meant === undefined ? `It takes ${names.join(", ")}.` : `Did you mean "${meant}"?`;
  return new ConfigError(`${call} has no option ${JSON.stringify(name.slice(0, 100))}. ${hint}`);
}

function describeType(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}
