import { quote } from "./quote.js";

/**
 * Door 2: prints a property name, quoted unless it is a plain identifier.
 *
 * @throws RangeError for `__proto__`, which would set the prototype even when quoted. Specs with it are refused long before.
 */
export function key(name: string): string {
  if (name === "__proto__") throw new RangeError('"__proto__" cannot be written as a property name.');
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);
}
