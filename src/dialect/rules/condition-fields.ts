import type { Json } from "../../input/model.js";
import { inOrder } from "../notation/keyword-order.js";
import { isObject, typesOf } from "../notation/schema-node.js";
import type { SchemaNode } from "../notation/schema-node.js";
import type { Rules } from "./rule.js";

const lists = ["anyOf", "allOf", "oneOf"] as const;
const singles = ["not", "if", "then", "else"] as const;
/** Keywords that speak of values of some types only. */
const typedKeywords: ReadonlySet<string> = new Set([
  "minimum",
  "exclusiveMinimum",
  "maximum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "pattern",
  "items",
  "prefixItems",
  "minItems",
  "maxItems",
  "uniqueItems",
  "contains",
  "properties",
  "required",
  "format",
]);

/** Completes each condition of a schema, and the conditions in it. */
function completeEach(node: SchemaNode, fields: SchemaNode): SchemaNode {
  const changed: { [keyword: string]: Json } = {};
  for (const keyword of lists) {
    const choices = node[keyword];
    if (Array.isArray(choices)) changed[keyword] = choices.map((one: Json) => complete(one, fields));
  }
  for (const keyword of singles)
    if (node[keyword] !== undefined) changed[keyword] = complete(node[keyword], fields);
  const dependents = node["dependentSchemas"];
  if (isObject(dependents)) {
    const entries = Object.entries(dependents);
    const completed = entries.map(([name, one]) => [name, complete(one, fields)] as const);
    if (completed.some(([, one], at) => one !== entries[at]![1]))
      changed["dependentSchemas"] = Object.fromEntries(completed);
  }
  return isUnchanged(node, changed) ? node : { ...node, ...changed };
}

function complete(condition: Json, fields: SchemaNode): Json {
  if (!isObject(condition) || condition["$ref"] !== undefined) return condition;
  const { properties, required } = condition;
  const own = isObject(properties) ? properties : {};
  const names = Array.isArray(required) ? (required as readonly string[]) : [];
  const missing = isOpen(condition)
    ? names.filter((name) => !Object.hasOwn(own, name) && Object.hasOwn(fields, name))
    : [];
  const typed = Object.entries(own).map(([name, inner]) => [name, withType(inner, fields[name])] as const);
  const added = missing.map((name) => [name, inOrder(statedType(fields[name] as SchemaNode))] as const);
  const isSame = added.length === 0 && typed.every(([name, inner]) => own[name] === inner);
  const described = isSame
    ? condition
    : inOrder({ ...condition, properties: Object.fromEntries([...typed, ...added]) });
  return completeEach(described, fields);
}

/** Tells whether a condition leaves all other fields open. One that limits them would allow a field that is added to it. */
function isOpen({ additionalProperties = true, unevaluatedProperties = true }: SchemaNode): boolean {
  return additionalProperties === true && unevaluatedProperties === true;
}

/** A condition on a field with the field's own type, where its keywords speak of values of some types only. */
function withType(inner: Json, field: Json | undefined): Json {
  if (!isObject(inner) || !isObject(field) || inner["type"] !== undefined) return inner;
  const isTyped = Object.keys(inner).some((keyword) => typedKeywords.has(keyword));
  const types = typesOf(field);
  if (!isTyped || types.length === 0) return inner;
  return inOrder({ ...statedType(field), ...inner });
}

/** The type of a field, with the kind of file that it is the address of. */
function statedType(field: SchemaNode): SchemaNode {
  const { type, format, "x-media": media } = field;
  if (type === undefined) return {};
  return {
    type,
    ...(typesOf(field).includes("array") && { items: {} }),
    ...(media !== undefined && { ...(format !== undefined && { format }), "x-media": media }),
  };
}

function isUnchanged(node: SchemaNode, changed: SchemaNode): boolean {
  return Object.entries(changed).every(([keyword, value]) => {
    const before = node[keyword];
    if (!Array.isArray(value) || !Array.isArray(before)) return before === value;
    return value.every((one: Json, at) => one === before[at]);
  });
}

export const conditionRules: Rules = new Map([
  [
    "A condition states the fields that it requires, and the types of those that it limits, as the object around it does.",
    (node, { placement }) => {
      const { properties } = node;
      // Validators in strict mode do not compile a condition that leaves these to the object around it.
      return placement === "condition" || !isObject(properties) ? node : completeEach(node, properties);
    },
  ],
]);
