import { choiceOf, isOuter, viewOf } from "./schema-forms.js";
import { takes, typeOfValue, typesOf } from "./type-names.js";
import type { Fields, Value } from "../../src/dialect/notation/fields.js";
import { isFields } from "../../src/dialect/notation/fields.js";
import { sameValue } from "../json/json-value.js";
import { withoutWording } from "../specs/model/schema-wording.js";

/** One of the alternatives of a schema, and where it stands. */
export interface Alternative {
  readonly schema: Fields;
  readonly pointer: string;
}

/** Lists the alternatives of the values that a schema takes: its own, or one for each of its types. */
export function alternativesOf(
  schema: Fields,
  root: Fields,
  pointer: string,
  trail: readonly Value[] = [],
): Alternative[] {
  const { $ref } = schema;
  const view = viewOf(schema, root);
  const key = choiceOf(view);
  if (key === undefined || ($ref !== undefined && trail.includes($ref)))
    return splitTypes(view).map((each) => ({ schema: each, pointer }));
  const { [key]: branches, ...beside } = view;
  const facts = Object.fromEntries(Object.entries(beside).filter(([name]) => !isOuter(name)));
  return (branches as readonly Value[]).flatMap((branch, at) =>
    alternativesOf(
      isFields(branch) ? branch : {},
      root,
      `${pointer}/${key}/${at}`,
      $ref === undefined ? trail : [...trail, $ref],
    ).flatMap((each) => {
      const joined = join(facts, each.schema);
      return joined === undefined ? [] : splitTypes(joined).map((part) => ({ ...each, schema: part }));
    }),
  );
}

/** Joins an alternative with the keywords beside the list of alternatives; undefined where no value fits both. */
function join(beside: Fields, branch: Fields): Fields | undefined {
  const [outer, inner] = [typesOf(beside["type"]), typesOf(branch["type"])];
  const { type: _, ...facts } = beside;
  const clashing = Object.entries(facts).filter(
    ([key, value]) => Object.hasOwn(branch, key) && !sameValue(branch[key], value),
  );
  const conditions = [
    branch["allOf"] ?? [],
    clashing.length > 0 ? [Object.fromEntries(clashing)] : [],
  ].flat();
  const joined: Fields = { ...facts, ...branch, ...(conditions.length > 0 && { allOf: conditions }) };
  if (outer === undefined || inner === undefined)
    return outer === undefined ? joined : { ...joined, type: beside["type"]! };
  const types = new Set([
    ...[...inner].filter((type) => takes(outer, type)),
    ...[...outer].filter((type) => takes(inner, type)),
  ]);
  return types.size === 0 ? undefined : { ...joined, type: types.size === 1 ? [...types][0]! : [...types] };
}

/** Keywords that limit values of one type only, each with that type. */
const subjects = new Map<string, string>(
  Object.entries({
    string: "minLength maxLength pattern format",
    number: "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf",
    array: "items minItems maxItems uniqueItems prefixItems",
    object: "properties required additionalProperties minProperties maxProperties",
  }).flatMap(([type, keys]) => keys.split(" ").map((key) => [key, type] as const)),
);

function splitTypes(schema: Fields): Fields[] {
  const { type, enum: values, const: only } = schema;
  if (!Array.isArray(type) || type.length < 2) return [schema];
  const parts = (type as readonly Value[]).flatMap((each): Fields[] => {
    const own = typesOf(each);
    const isOwn = (value: Value): boolean => takes(own, typeOfValue(value));
    const listed = Array.isArray(values) ? (values as readonly Value[]).filter(isOwn) : undefined;
    if (listed?.length === 0 || (only !== undefined && !isOwn(only))) return [];
    if (each === "null") return [{ type: each }];
    const family = [...own!].map((name) => (name === "integer" ? "number" : name))[0];
    const fits = ([key]: readonly [string, Value]): boolean => (subjects.get(key) ?? family) === family;
    const part: Fields = { ...Object.fromEntries(Object.entries(schema).filter(fits)), type: each };
    return [listed === undefined ? part : { ...part, enum: listed }];
  });
  return parts.length === 0 ? [schema] : parts;
}

/** Unites alternatives that differ only in the values that they list. */
export function uniteValues(alternatives: readonly Alternative[]): Alternative[] {
  const united: Alternative[] = [];
  for (const { schema, pointer } of alternatives) {
    const { const: only, ...beside } = schema;
    const isSingle = only !== undefined && schema["enum"] === undefined;
    const values = isSingle ? [only] : schema["enum"];
    const rest = isSingle ? beside : schema;
    const facts = factsBeside(rest);
    const at = Array.isArray(values)
      ? united.findIndex(
          (each) => Array.isArray(each.schema["enum"]) && sameValue(factsBeside(each.schema), facts),
        )
      : -1;
    if (at < 0) united.push({ schema: Array.isArray(values) ? { ...rest, enum: values } : schema, pointer });
    else {
      const known = united[at]!;
      const all = [...(known.schema["enum"] as readonly Value[]), ...(values as readonly Value[])];
      united[at] = { ...known, schema: { ...known.schema, enum: all } };
    }
  }
  return united;
}

function factsBeside({ enum: _, ...rest }: Fields): Value {
  return withoutWording(rest);
}
