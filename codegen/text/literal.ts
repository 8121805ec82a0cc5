import { key } from "./key.js";
import { quote } from "./quote.js";

/**
 * Door 1: prints a value as a TypeScript literal that evaluates to exactly that value, on one line.
 *
 * The value's own type decides what is printed. The text is also a valid TypeScript type.
 *
 * @throws RangeError for what no literal can hold: numbers that are not finite, functions, a `__proto__` key.
 */
export function literal(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (typeof value === "number") return numberLiteral(value);
  if (typeof value === "boolean" || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value === "object") return objectLiteral(value);
  throw new RangeError(`A value of type ${typeof value} cannot be written as a literal.`);
}

function numberLiteral(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} cannot be written as a literal.`);
  return Object.is(value, -0) ? "-0" : String(value);
}

function objectLiteral(value: object): string {
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  if (fields.length === 0) return "{}";
  return `{ ${fields.map(([name, field]) => `${key(name)}: ${literal(field)}`).join(", ")} }`;
}
