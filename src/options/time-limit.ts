import { ConfigError } from "../errors/errors.js";

/** Refuses what is no length of time and no rate: text, NaN, nothing or less. `Infinity` passes, and so does what was left out. */
export function checkTime(name: string, value: unknown): void {
  if (value === undefined || (typeof value === "number" && value > 0)) return;
  const found = typeof value === "number" ? value : `of type ${typeof value}`;
  throw new ConfigError(`${name} is ${found}. Give a number above 0.`);
}
