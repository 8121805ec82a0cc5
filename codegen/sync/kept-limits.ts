import { pointerTo } from "../../src/errors/issue.js";
import { show } from "../changes/change-kinds.js";
import { isFields } from "../../src/dialect/notation/fields.js";
import type { Value } from "../../src/dialect/notation/fields.js";
import { sameFacts } from "./fact-merge.js";

const limits = [
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "pattern",
  "minItems",
  "maxItems",
  "enum",
  "const",
];

/** Lists the limits that a spec has otherwise than the catalogue states them: somebody has changed them by hand, and they stay. */
export function listKeptLimits(merged: Value | undefined, theirs: Value | undefined, pointer = ""): string[] {
  if (!isFields(merged) || !isFields(theirs)) return [];
  const own = limits.flatMap((keyword) => {
    const [kept, stated] = [merged[keyword], theirs[keyword]];
    const isKept = kept !== undefined && stated !== undefined && !sameFacts(kept, stated);
    return isKept ? [`${pointer}/${keyword} ${show(kept)} (the catalogue: ${show(stated)})`] : [];
  });
  const fields = isFields(merged["properties"]) ? Object.keys(merged["properties"]) : [];
  const inside = (path: readonly string[]): string[] => {
    const [ours, other] = [merged, theirs].map((schema) =>
      path.reduce<Value | undefined>((value, key) => (isFields(value) ? value[key] : undefined), schema),
    );
    return listKeptLimits(ours, other, pointer + path.map(pointerTo).join(""));
  };
  return [
    ...own,
    ...fields.flatMap((name) => inside(["properties", name])),
    ...inside(["items"]),
    ...inside(["additionalProperties"]),
  ];
}
