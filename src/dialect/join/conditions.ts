import { toType, typesOf, uniqueTypes, without } from "../notation/schema-node.js";
import type { SchemaNode } from "../notation/schema-node.js";
import { show } from "../../errors/issue.js";
import type { Json, SchemaType } from "../../input/model.js";
import type { ProblemCode } from "../notation/problem.js";
import type { Draft, Together } from "./draft.js";
import type { Placement } from "../rules/rule.js";

type Report = (code: ProblemCode, place: string, what: string) => void;

/** Tells whether the choices of a schema are conditions on an object that is described beside them. */
export function hasConditions(draft: Draft, placement: Placement): boolean {
  const { own, anyOf, oneOf } = draft;
  if (placement === "condition" || (anyOf === undefined && oneOf === undefined)) return false;
  const types = typesOf(own);
  const isListed = own["enum"] !== undefined || own["const"] !== undefined;
  if (isListed || (types.length > 0 && !types.includes("object"))) return false;
  if (placement === "body" || hasFields(draft)) return true;
  const isRequiring = Array.isArray(own["required"]) && own["required"].length > 0;
  return isRequiring && [...(anyOf ?? []), ...(oneOf ?? [])].flatMap(withInner).some(hasFields);
}

/**
 * Adds to an object every field that its choices describe. The choices are conditions on the object, so it must take their fields.
 * The same holds for `outer`: conditions on an object further out that describe this object as a field.
 */
export function hoistNames(
  parent: Draft,
  outer: readonly Draft[],
  placement: Placement,
  report: Report,
): Draft {
  const { own, properties = new Map(), additionalProperties: others, anyOf, oneOf } = parent;
  const choices = [...(anyOf ?? []), ...(oneOf ?? [])];
  const types = typesAround(parent, choices, placement);
  const all = [...outer, ...choices].flatMap(withInner);
  const isOpen = all.some(({ additionalProperties: more }) => more !== undefined && more !== false);
  const added = new Map<string, Together[]>();
  for (const [name, schemas] of all.flatMap((choice) => [...(choice.properties ?? [])])) {
    if (!properties.has(name)) added.set(name, addDistinct(added.get(name) ?? [], schemas));
  }
  if (others === false && added.size > 0) {
    const names = [...added.keys()].map(show).join(", ");
    const what = `"additionalProperties": false is not enforced for ${names}, which choices describe.`;
    report("unenforced-keyword", `${parent.place}/additionalProperties`, what);
  }
  // In an open object, a field that one choice describes is just another field to the next choice.
  const open = typeof others === "object" ? [others] : others === true || isOpen ? [[]] : undefined;
  const align = (list: readonly Draft[]) => list.map((choice) => alignType(choice, types));
  return {
    ...parent,
    own: types.length > 1 && typesOf(own).length === 0 ? { ...own, type: toType(types) } : own,
    properties: new Map([...properties, ...[...added].map(([name, list]) => [name, open ?? list] as const)]),
    ...(others === undefined && isOpen && { additionalProperties: true }),
    ...(anyOf !== undefined && { anyOf: align(anyOf) }),
    ...(oneOf !== undefined && { oneOf: align(oneOf) }),
  };
}

/** Tells whether a schema describes fields. */
export function hasFields({ properties }: Draft): boolean {
  return (properties?.size ?? 0) > 0;
}

/** Collects the schemas that the conditions on an object give for one of its fields. */
export function findFieldSchemas(
  { anyOf, oneOf }: Draft,
  outer: readonly Draft[],
  name: string,
): readonly Together[] {
  return [...outer, ...(anyOf ?? []), ...(oneOf ?? [])]
    .flatMap(withInner)
    .flatMap((choice) => choice.properties?.get(name) ?? []);
}

function withInner(choice: Draft): readonly Draft[] {
  return [choice, ...[...(choice.anyOf ?? []), ...(choice.oneOf ?? [])].flatMap(withInner)];
}

function addDistinct(list: Together[], more: readonly Together[]): Together[] {
  const texts = new Set(list.map(textOf));
  return [...list, ...more.filter((schemas) => !texts.has(textOf(schemas)))];
}

function textOf(schemas: Together): string {
  return JSON.stringify(schemas.map(({ raw }) => raw));
}

/** Lists the types that a schema states, null among them where it is nullable. */
function listStatedTypes({ own }: Draft): readonly SchemaType[] {
  const types = typesOf(own);
  return own["nullable"] === true && types.length > 0 && !types.includes("null") ? [...types, "null"] : types;
}

/** Lists the types of an object with conditions: those stated, else those of its choices, else object. */
function typesAround(parent: Draft, choices: readonly Draft[], placement: Placement): readonly SchemaType[] {
  const said = listStatedTypes(parent);
  if (said.length > 0) return said;
  const chosen = choices.map(listStatedTypes);
  const isTold = placement !== "body" && chosen.every((types) => types.length > 0);
  const types = isTold ? uniqueTypes(chosen.flat()) : [];
  const all: readonly SchemaType[] = types.includes("object") ? types : ["object"];
  return parent.own["nullable"] === true && !all.includes("null") ? [...all, "null"] : all;
}

function isOnlyObject(types: readonly SchemaType[]): boolean {
  return types.length === 1 && types[0] === "object";
}

/** Drops the type of a condition where the object around it has the same, and states it elsewhere. */
function alignType(choice: Draft, around: readonly SchemaType[]): Draft {
  if (!around.includes("object")) return choice;
  const { own, anyOf, oneOf } = choice;
  const types = listStatedTypes(choice);
  const inner = (list: readonly Draft[]) =>
    list.map((one) => alignType(one, types.length === 0 ? around : types));
  const isPlain = isOnlyObject(around) && (types.length === 0 || isOnlyObject(types));
  return {
    ...choice,
    own: isPlain ? without(own, "type") : types.length > 0 ? own : { ...own, type: toType(around) },
    ...(anyOf !== undefined && { anyOf: inner(anyOf) }),
    ...(oneOf !== undefined && { oneOf: inner(oneOf) }),
  };
}

const listing = new Set(["type", "const", "enum", "title", "description", "default", "examples"]);

/** Makes one schema for a value that may fit any of several: one list of values where all of them list values. */
export function unite(schemas: readonly SchemaNode[]): SchemaNode {
  const distinct = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
  if (distinct.length === 1) return distinct[0]!;
  if (distinct.some((schema) => Object.keys(schema).length === 0)) return {};
  const lists = distinct.map(valuesOf);
  if (!lists.every((values) => values !== undefined)) return { anyOf: distinct };
  const values = [...new Map(lists.flat().map((value) => [JSON.stringify(value), value])).values()];
  const types = distinct.map(typesOf);
  const isTyped = types.every((words) => words.length > 0);
  return { ...(isTyped && { type: toType(uniqueTypes(types.flat())) }), enum: values };
}

function valuesOf(node: SchemaNode): readonly Json[] | undefined {
  if (!Object.keys(node).every((keyword) => listing.has(keyword))) return undefined;
  return node["const"] === undefined ? (node["enum"] as readonly Json[] | undefined) : [node["const"]];
}
