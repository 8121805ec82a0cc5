import { show } from "./issue.js";
import type { Issue } from "./issue.js";
import type { Json, Schema, SchemaType } from "./model.js";
import { nearest } from "./nearest.js";
import { isOfType } from "./quick-check.js";

/** Reports what was given and what is allowed. `near` is the value most likely meant, as JSON text. */
export const misfit = (issues: Issue[], given: string, expected: string, near?: string): void => {
  report(issues, `${given} given; expected ${expected}`, expected, near);
};

/** Reports a length or a number of items outside its limits; nothing when it is inside. */
export const misfitSize = (issues: Issue[], size: number, unit: string, least = 0, most = Infinity): void => {
  const count = (limit: number) => `${limit} ${unit}${limit === 1 ? "" : "s"}`;
  if (size < least) misfit(issues, count(size), `at least ${count(least)}`);
  if (size > most) misfit(issues, count(size), `at most ${count(most)}`);
};

/** Reports a value of the wrong type. */
export const misfitType = (
  issues: Issue[],
  value: unknown,
  type: SchemaType | readonly SchemaType[],
): void => {
  const expected = [type]
    .flat()
    .map((one) => (one === "null" ? one : /^[aio]/.test(one) ? `an ${one}` : `a ${one}`));
  misfit(
    issues,
    show(value),
    expected.join(" or "),
    typeof type === "string" ? recast(value, type) : undefined,
  );
};

/** The value in the type that was meant: `5` for `"5"`, `["a.png"]` for `"a.png"`. */
const recast = (value: unknown, type: SchemaType): string | undefined => {
  if (type !== "array") return respelled(value, (other) => isOfType(type, other));
  return typeof value === "string" && value.length <= 100 ? `[${show(value)}]` : undefined;
};

/** Reports a value that is none of those allowed. */
export const misfitEnum = (issues: Issue[], value: unknown, allowed: readonly Json[]): void => {
  const expected = list(allowed.map(show));
  const near = respelled(value, (other) => allowed.includes(other)) ?? closest(value, allowed);
  report(issues, `${show(value)} is not ${allowed.length > 1 ? "one of " : ""}${expected}`, expected, near);
};

/** What is said of a key that the schema does not name. */
export const misfitKey = (key: string, schema: Schema): Pick<Issue, "message" | "expected" | "nearest"> => {
  const names = Object.keys(schema.properties ?? {});
  const [near] = nearest(key, names, 1);
  const expected = names.length > 0 ? `one of ${list(names)}` : "no fields";
  const hint = near === undefined ? `; expected ${expected}` : ` — did you mean ${show(near)}?`;
  return {
    message: `is not a documented field${hint}`,
    expected,
    ...(near !== undefined && { nearest: near }),
  };
};

const report = (issues: Issue[], problem: string, expected: string, near?: string): void => {
  if (near === undefined) issues.push({ path: "", message: problem, expected });
  else issues.push({ path: "", message: `${problem} — did you mean ${near}?`, expected, nearest: near });
};

/** The same value as number or as text, where that one is allowed: `5` for `"5"`. */
const respelled = (value: unknown, isAllowed: (other: string | number) => boolean): string | undefined => {
  if (typeof value === "number") return isAllowed(String(value)) ? show(String(value)) : undefined;
  if (typeof value !== "string" || value.trim() === "") return undefined;
  return isAllowed(Number(value)) ? show(Number(value)) : undefined;
};

const closest = (value: unknown, allowed: readonly Json[]): string | undefined => {
  if (typeof value === "string") {
    const texts = allowed.filter((one) => typeof one === "string");
    const begun =
      value.length > 2 ? texts.find((text) => text.toLowerCase().startsWith(value.toLowerCase())) : undefined;
    const near = begun ?? nearest(value, texts, 1)[0];
    return near === undefined ? undefined : show(near);
  }
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  const numbers = allowed.filter((one) => typeof one === "number");
  return numbers.length > 0
    ? show(numbers.reduce((best, one) => (Math.abs(one - value) < Math.abs(best - value) ? one : best)))
    : undefined;
};

const list = (all: readonly string[]): string =>
  all.length > 24 ? `${all.slice(0, 24).join(", ")} and ${all.length - 24} more` : all.join(", ");
