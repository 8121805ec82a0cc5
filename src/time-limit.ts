import { ConfigError } from "./errors.js";

/**
 * Refuses a time that cannot be one: text, NaN, nothing or less. Infinity passes.
 *
 * @throws ConfigError
 */
export const checkTime = (name: string, value: unknown): void => {
  if (value === undefined || (typeof value === "number" && value > 0)) return;
  throw new ConfigError(`${name} is ${shown(value)}. Give a number above 0, or leave it out.`);
};

const shown = (value: unknown): string =>
  typeof value === "string"
    ? JSON.stringify(value.slice(0, 40))
    : typeof value === "number"
      ? String(value)
      : typeof value;
