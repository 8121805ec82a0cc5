import type { FieldDescription } from "./describe.js";
import { roles } from "../dialect/notation/role-list.js";
import type { FieldRole } from "../input/model.js";

/** Roles of fields that are shown at once; those of others are folded unless they are required. */
const mainRoles: ReadonlySet<FieldRole> = new Set<FieldRole>([
  "prompt",
  "image",
  "lastFrame",
  "video",
  "audio",
  "references",
  "mask",
  "aspectRatio",
  "size",
  "width",
  "height",
  "resolution",
  "duration",
]);

/** The fields of a form in their order. */
export interface OrderedFields {
  readonly fields: readonly FieldDescription[];
  /** The number of fields that a first try needs; the rest is folded. */
  readonly main: number;
}

/** The fields of a form: first those that a first try needs, then the rest, each by their roles and then as documented. */
export function orderFields(fields: readonly FieldDescription[]): OrderedFields {
  const ordered = fields
    .map((field, at) => ({ field, rank: rankOf(field), at }))
    .sort((a, b) => a.rank - b.rank || a.at - b.at)
    .map(({ field }) => field);
  const main = ordered.filter(isMain);
  // A form of a few fields has nothing to fold.
  if (main.length === 0 || ordered.length <= 3) return { fields: ordered, main: ordered.length };
  return { fields: [...main, ...ordered.filter((field) => !isMain(field))], main: main.length };
}

function rankOf({ role, required }: FieldDescription): number {
  if (role !== undefined) return roles.indexOf(role);
  return roles.length + (required ? 0 : 1);
}

function isMain({ role, required }: FieldDescription): boolean {
  return required || (role !== undefined && mainRoles.has(role));
}
