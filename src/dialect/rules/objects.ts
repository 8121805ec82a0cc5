import { isObject, typesOf, without } from "../notation/schema-node.js";
import type { SchemaNode } from "../notation/schema-node.js";
import { pointerTo, show } from "../../errors/issue.js";
import type { Json } from "../../input/model.js";
import type { Rule, RuleContext, Rules } from "./rule.js";

/** Tells whether a schema states nothing but required names. */
function isCondition(node: SchemaNode): boolean {
  return (
    Array.isArray(node["required"]) &&
    node["required"].length > 0 &&
    Object.keys(node).every((keyword) => ["title", "description", "required"].includes(keyword))
  );
}

/** Drops required names that are not fields; `below` is the pointer from the object to the schema. */
function requireKnown(
  node: SchemaNode,
  names: SchemaNode,
  below: string,
  { report }: RuleContext,
): SchemaNode {
  const { required } = node;
  if (!Array.isArray(required)) return node;
  const kept = (required as readonly string[]).filter((name, at) => {
    if (Object.hasOwn(names, name)) return required.indexOf(name) === at;
    const what = `The required name ${show(name)} has no property.`;
    report("required-without-property", `${below}/required${pointerTo(at)}`, what);
    return false;
  });
  if (kept.length === 0) return without(node, "required");
  return kept.length === required.length ? node : { ...node, required: kept };
}

function requireKnownInChoices(
  node: SchemaNode,
  names: SchemaNode,
  below: string,
  context: RuleContext,
): SchemaNode {
  const entries = ["anyOf", "oneOf"].flatMap((keyword): (readonly [string, Json])[] => {
    const choices = node[keyword] as readonly SchemaNode[] | undefined;
    if (choices === undefined) return [];
    const known = choices.map((choice, at) => {
      const place = `${below}/${keyword}/${at}`;
      return requireKnownInChoices(requireKnown(choice, names, place, context), names, place, context);
    });
    return [[keyword, known]];
  });
  return entries.length === 0 ? node : { ...node, ...Object.fromEntries(entries) };
}

function isEmpty(value: Json): boolean {
  return value === "" || (Array.isArray(value) && value.length === 0);
}

export const objectRules: Rules = new Map<string, Rule>([
  [
    "A property that says required: true is required by its object.",
    (node) => {
      const properties = node["properties"];
      if (!isObject(properties)) return node;
      const marked = Object.keys(properties).filter(
        (name) => typeof (properties[name] as SchemaNode)["required"] === "boolean",
      );
      if (marked.length === 0) return node;
      const needed = marked.filter((name) => (properties[name] as SchemaNode)["required"] === true);
      const listed = Array.isArray(node["required"]) ? (node["required"] as readonly string[]) : [];
      const cleaned = Object.entries(properties).map(([name, child]) => [
        name,
        marked.includes(name) ? without(child as SchemaNode, "required") : child,
      ]);
      return { ...node, properties: Object.fromEntries(cleaned), required: [...listed, ...needed] };
    },
  ],
  [
    "Every required name has its property, and is listed once.",
    (node, context) => {
      // The names that a condition requires are checked from the object around it.
      if (context.placement === "condition" || isCondition(node)) return node;
      const names = isObject(node["properties"]) ? node["properties"] : {};
      const own = requireKnown(node, names, "", context);
      const isClosed = node["additionalProperties"] === undefined || node["additionalProperties"] === false;
      if (!isClosed || (context.placement !== "body" && Object.keys(names).length === 0)) return own;
      return requireKnownInChoices(own, names, "", context);
    },
  ],
  [
    "A default on a required property is an example, for the service applies none; an empty one shows nothing.",
    (node) => {
      const { required, properties } = node;
      if (!Array.isArray(required) || !isObject(properties)) return node;
      const hasDefault = ([name, child]: [string, Json]) =>
        (required as readonly string[]).includes(name) && (child as SchemaNode)["default"] !== undefined;
      if (!Object.entries(properties).some(hasDefault)) return node;
      const moved = Object.entries(properties).map(([name, child]): [string, Json] => {
        if (!hasDefault([name, child])) return [name, child];
        const { default: value, examples, ...rest } = child as SchemaNode;
        const others = ((examples ?? []) as readonly Json[]).filter(
          (other) => JSON.stringify(other) !== JSON.stringify(value),
        );
        const shown = isEmpty(value!) ? others : [value!, ...others];
        return [name, shown.length === 0 ? rest : { ...rest, examples: shown }];
      });
      return { ...node, properties: Object.fromEntries(moved) };
    },
  ],
  [
    "An object with properties takes no others unless the documentation says so.",
    (node, { placement }) => {
      const others = node["additionalProperties"];
      // A condition leaves further fields to the object around it.
      if (placement === "condition") return others === true ? without(node, "additionalProperties") : node;
      if (!typesOf(node).includes("object") || others !== undefined) return node;
      const isBare = !isObject(node["properties"]) || Object.keys(node["properties"]).length === 0;
      return { ...node, additionalProperties: placement === "open" || (isBare && placement !== "body") };
    },
  ],
]);
