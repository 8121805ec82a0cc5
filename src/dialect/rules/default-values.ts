import { asSchema, without } from "../notation/schema-node.js";
import type { SchemaNode } from "../notation/schema-node.js";
import { isNumberText } from "../notation/number-text.js";
import { describeIssue, show, asSentence } from "../../errors/issue.js";
import type { Issue } from "../../errors/issue.js";
import type { Json } from "../../input/model.js";
import { check } from "../../input/check.js";
import type { Rule, Rules } from "./rule.js";

function checkValue(node: SchemaNode, value: Json): Issue[] {
  // `required: true` is still there until the object around it has read it.

  return check(
    asSchema(without(node, "default", "examples", typeof node["required"] === "boolean" ? "required" : "")),
    value,
  );
}

function fits(node: SchemaNode, value: Json): boolean {
  return checkValue(node, value).length === 0;
}

/** The values that a text, a number or a word for yes and no may stand for. */
function respell(value: Json): readonly Json[] {
  if (typeof value === "number") return [String(value)];
  if (typeof value !== "string") return [];
  if (value === "true" || value === "false") return [value === "true"];
  return isNumberText(value) ? [Number(value)] : [];
}

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
      const meant = respell(value).find((other) => fits(node, other));
      if (meant !== undefined) return { ...node, default: meant };
      if (values === undefined || values.includes(value)) {
        const [issue] = issues;
        // An issue of the whole value has no path, and `describeIssue` would call that value the input.
        const reason = issue!.path ? describeIssue(issue!) : issue!.message;
        report(
          "default-does-not-fit",
          "/default",
          asSentence(`The default ${show(value)} does not fit: ${reason}`),
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
