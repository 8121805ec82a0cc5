import type { Json } from "../input/model.js";
import { keptMaps, keptSchemas } from "./notation/kept-keywords.js";
import { isObject, typesOf } from "./notation/schema-node.js";
import type { SchemaNode } from "./notation/schema-node.js";

/** Keywords of a schema that are enforced where they stand beside its other keywords, so groups with them go into `allOf`. */
const enforcedBeside = ["pattern", "anyOf", "oneOf"];

/** Puts groups of keywords that are not enforced into a schema: one beside its own keywords, the others into `allOf`. */
export function addGroups(node: SchemaNode, groups: readonly SchemaNode[]): SchemaNode {
  if (groups.length === 0) return node;
  // The input check must see that names may follow patterns, so all patterns are in one place.
  const patterns = Object.assign({}, ...groups.map((group) => group["patternProperties"])) as SchemaNode;
  const bare = groups
    .map(({ patternProperties: _, ...rest }): SchemaNode => rest)
    .filter((group) => Object.keys(group).length > 0);
  const beside = bare.find((group) => enforcedBeside.every((keyword) => group[keyword] === undefined)) ?? {};
  const others = bare.filter((group) => group !== beside);
  return openFor(
    {
      ...node,
      ...beside,
      ...(Object.keys(patterns).length > 0 && { patternProperties: patterns }),
      ...(others.length > 0 && { allOf: others }),
    },
    groups,
  );
}

/** Lets an object take the fields that only keywords without a check describe; they are not told apart from others. */
function openFor(node: SchemaNode, groups: readonly SchemaNode[]): SchemaNode {
  const { properties, additionalProperties, unevaluatedProperties: rest } = node;
  if (additionalProperties !== undefined) return node;
  // A schema that says nothing of an object takes every object, and may take other values.
  if (!isObject(properties) && !typesOf(node).includes("object")) return node;
  if (rest !== undefined && rest !== false) return { ...node, additionalProperties: true };
  const known = isObject(properties) ? properties : {};
  const added = [...new Set(groups.flatMap(namesIn))].filter((name) => !Object.hasOwn(known, name));
  if (added.length === 0) return node;
  return { ...node, properties: { ...known, ...Object.fromEntries(added.map((name) => [name, {}])) } };
}

/** Lists the fields that a schema and the conditions in it describe for the object that they speak of. */
function namesIn(node: Json | undefined): readonly string[] {
  if (!isObject(node)) return [];
  const { properties, anyOf, allOf, dependentSchemas } = node;
  const inner: readonly (Json | undefined)[] = [
    ...["not", "if", "then", "else"].map((keyword) => node[keyword]),
    ...[anyOf, allOf].flatMap((list) => (Array.isArray(list) ? (list as readonly Json[]) : [])),
    ...(isObject(dependentSchemas) ? Object.values(dependentSchemas) : []),
  ];
  return [...(isObject(properties) ? Object.keys(properties) : []), ...inner.flatMap(namesIn)];
}

/** Changes the schemas in a group of keywords; true and false stay. */
export function mapGroup(
  keywords: SchemaNode,
  change: (schema: SchemaNode, below: string) => SchemaNode,
): SchemaNode {
  const changeAny = (value: Json, below: string): Json => (isObject(value) ? change(value, below) : value);
  return Object.fromEntries(
    Object.entries(keywords).map(([keyword, value]): [string, Json] => {
      if ((keptSchemas as readonly string[]).includes(keyword))
        return [keyword, changeAny(value, `/${keyword}`)];
      if (!(keptMaps as readonly string[]).includes(keyword) || !isObject(value)) return [keyword, value];
      const entries = Object.entries(value).map(([name, inner]) => [
        name,
        changeAny(inner, `/${keyword}/${name}`),
      ]);
      return [keyword, Object.fromEntries(entries) as Json];
    }),
  );
}
