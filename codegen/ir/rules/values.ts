import { describeIssue, pointerTo, show } from "../../../src/issue.js";
import type { Issue } from "../../../src/issue.js";
import type { Json } from "../../../src/model.js";
import { check } from "../../../src/validate.js";
import { isObject } from "../../spec/spec.js";
import type { SchemaNode } from "../../spec/spec.js";
import { asSchema, typesOf, without } from "./rule.js";
import type { Rule, Rules } from "./rule.js";

const checkValue = (node: SchemaNode, value: Json): Issue[] =>
  // `required: true` is still there until the object around it has read it.
  check(
    asSchema(without(node, "default", "examples", typeof node["required"] === "boolean" ? "required" : "")),
    value,
  );

/** Whether a schema says nothing but which names are needed. */
const isCondition = (node: SchemaNode): boolean =>
  Array.isArray(node["required"]) &&
  node["required"].length > 0 &&
  Object.keys(node).every((keyword) => ["title", "description", "required"].includes(keyword));

const isEmpty = (value: Json): boolean => value === "" || (Array.isArray(value) && value.length === 0);

const fits = (node: SchemaNode, value: Json): boolean => checkValue(node, value).length === 0;

export const valueRules: Rules = new Map<string, Rule>([
  [
    "An example is one of the examples.",
    (node) => {
      if (node["example"] === undefined) return node;
      const examples = (node["examples"] ?? []) as readonly Json[];
      return { ...without(node, "example"), examples: [node["example"]!, ...examples] };
    },
  ],
  [
    "A default is a value that its own schema allows.",
    (node, { report }) => {
      const value = node["default"];
      if (value === undefined) return node;
      const values = node["enum"] as readonly Json[] | undefined;
      const plain = without(node, "default");
      const issues = checkValue(node, value);
      if (issues.length === 0) return node;
      if (values === undefined || values.includes(value)) {
        report(
          "default-does-not-fit",
          "/default",
          `The default ${show(value)} does not fit: ${describeIssue(issues[0]!)}.`,
        );
      } else report("default-outside-enum", "/default", `The default ${show(value)} is not in the enum.`);
      return plain;
    },
  ],
  [
    "An example of a field is a value that its own schema allows.",
    (node, { report }) => {
      const examples = node["examples"] as readonly Json[] | undefined;
      if (examples === undefined) return node;
      const good = examples.filter((value, at) => {
        if (fits(node, value)) return true;
        report("example-does-not-fit", `/examples/${at}`, `The example ${show(value)} does not fit.`);
        return false;
      });
      if (good.length === examples.length && good.length > 0) return node;
      return good.length === 0 ? without(node, "examples") : { ...node, examples: good };
    },
  ],
]);

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
    (node, { report }) => {
      const { required, properties } = node;
      if (!Array.isArray(required)) return node;
      // A choice such as {"required": ["a"]} speaks of the properties around it.
      if (isCondition(node)) return node;
      const names = isObject(properties) ? properties : {};
      const kept = (required as readonly string[]).filter((name, at) => {
        if (!Object.hasOwn(names, name)) {
          const what = `The required name ${show(name)} has no property.`;
          report("required-without-property", `/required${pointerTo(at)}`, what);
          return false;
        }
        return required.indexOf(name) === at;
      });
      if (kept.length === 0) return without(node, "required");
      return kept.length === required.length ? node : { ...node, required: kept };
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
    (node) => {
      if (!typesOf(node).includes("object") || node["additionalProperties"] !== undefined) return node;
      const names = isObject(node["properties"]) ? Object.keys(node["properties"]) : [];
      return { ...node, additionalProperties: names.length === 0 };
    },
  ],
]);
