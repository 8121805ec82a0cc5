/**
 * A program beside a `catalogue.ts` that compiles only where the catalogue's types of each model are exactly those of its
 * module.
 */
export const printSameTypes = (ids: readonly string[]): string => `
import type { Models } from "./catalogue.js";
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
${ids
  .map(
    (id, at) => `import type * as m${at} from ${JSON.stringify(`./models/${id}.js`)};
export const input${at}: Same<Models[${JSON.stringify(id)}]["input"], m${at}.Input> = true;
export const output${at}: Same<Models[${JSON.stringify(id)}]["output"], m${at}.Output> = true;`,
  )
  .join("\n")}
// @ts-expect-error one field less is another type
export const less: Same<{ a: 1; b?: 2 }, { a: 1 }> = true;
// @ts-expect-error a field that may be left out is another
export const optional: Same<{ a: 1; b?: 2 }, { a: 1; b: 2 }> = true;
`;
