import { isEqual } from "../../input/json-value.js";
import type { Json, SchemaType } from "../../input/model.js";
import { isObject, typesOf } from "./schema-node.js";
import type { SchemaNode } from "./schema-node.js";

/** The object that schemas are conditions on, as far as it says what fits them. */
interface Around {
  readonly types: readonly SchemaType[];
  readonly required: readonly string[];
}

/** Tells whether it is certain that no value fits two of the choices of a schema. */
export function areDisjoint(choices: readonly SchemaNode[], parent: SchemaNode): boolean {
  const around = { types: typesOf(parent), required: namesOf(parent["required"]) };
  return choices.every((one, at) => choices.slice(at + 1).every((other) => exclude(one, other, around)));
}

function exclude(one: SchemaNode, other: SchemaNode, around: Around): boolean {
  const [types, others] = [typesOf(one), typesOf(other)];
  if (
    types.length > 0 &&
    others.length > 0 &&
    !types.some((type) => others.some((word) => meets(type, word)))
  )
    return true;
  const [values, more] = [valuesOf(one), valuesOf(other)];
  if (values && more && !values.some((value) => more.some((item) => isEqual(value, item)))) return true;
  return [types, others].every((words) => isObjectAlone(words, around)) && excludeByField(one, other, around);
}

/** True where both schemas need a field whose value cannot fit both. */
function excludeByField(one: SchemaNode, other: SchemaNode, { required }: Around): boolean {
  const [fields, others] = [one["properties"], other["properties"]];
  if (!isObject(fields) || !isObject(others)) return false;
  const needed = (node: SchemaNode, name: string): boolean =>
    required.includes(name) || namesOf(node["required"]).includes(name);
  return Object.keys(fields).some((name) => {
    if (!Object.hasOwn(others, name) || !needed(one, name) || !needed(other, name)) return false;
    const [field, second] = [fields[name], others[name]];
    return isObject(field) && isObject(second) && exclude(field, second, { types: [], required: [] });
  });
}

function isObjectAlone(words: readonly SchemaType[], around: Around): boolean {
  const types = words.length > 0 ? words : around.types;
  return types.length === 1 && types[0] === "object";
}

function meets(one: SchemaType, other: SchemaType): boolean {
  return one === other || (isNumber(one) && isNumber(other));
}

function isNumber(type: SchemaType): boolean {
  return type === "number" || type === "integer";
}

function valuesOf(node: SchemaNode): readonly Json[] | undefined {
  return node["const"] === undefined ? (node["enum"] as readonly Json[] | undefined) : [node["const"]];
}

function namesOf(list: Json | undefined): readonly string[] {
  return Array.isArray(list) ? (list as readonly string[]) : [];
}
