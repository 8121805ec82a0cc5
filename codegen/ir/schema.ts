import { pointerTo, show, splitPointer } from "../../src/issue.js";
import type { Json } from "../../src/model.js";
import { diagnose } from "../spec/diagnostic.js";
import type { Diagnostic } from "../spec/diagnostic.js";
import { isObject } from "../spec/spec.js";
import type { SchemaNode } from "../spec/spec.js";
import { rules } from "./rules.js";
import { inOrder } from "./rules/order.js";
import { without } from "./rules/rule.js";
import type { RuleContext } from "./rules/rule.js";

// References can multiply: a schema of a kilobyte can unfold into millions of nodes.
const mostNodes = 20_000;
const deepest = 32;
const sentences = [...rules.keys()];
const steps = [...rules.values()];

/** What a schema is normalised in: the file it stands in, and where problems go. */
export interface SchemaSurroundings {
  readonly file: string;
  /** Pointer of the schema in its file. */
  readonly pointer: string;
  readonly report: (diagnostic: Diagnostic) => void;
}

/** Makes every sentence of the rules true of a documented schema and of all schemas inside it. Pure. */
export const normalizeSchema = (
  root: SchemaNode,
  { file, pointer, report }: SchemaSurroundings,
): SchemaNode => {
  let nodes = 0;
  let stopped = false;
  const stop = (place: string, what: string): SchemaNode => {
    if (!stopped) report(diagnose("too-deep", file, place, what));
    stopped = true;
    return {};
  };

  const visit = (raw: Json, place: string, trail: readonly string[], depth: number): SchemaNode => {
    nodes += 1;
    if (stopped) return {};
    if (nodes > mostNodes) return stop(place, `The schema unfolds into more than ${mostNodes} parts.`);
    if (depth > deepest) return stop(place, `The schema nests more than ${deepest} levels.`);
    if (raw === true) return {};
    if (!isObject(raw)) {
      report(
        diagnose("wrong-shape", file, place, `${show(raw)} stands where a schema (an object) is needed.`),
      );
      return {};
    }
    if (raw["$ref"] === undefined) return applyRules(visitChildren(raw, place, trail, depth), place);
    return follow(raw, place, trail, depth);
  };

  const follow = (raw: SchemaNode, place: string, trail: readonly string[], depth: number): SchemaNode => {
    const reference = raw["$ref"];
    const problem = checkReference(reference, trail);
    const target = problem === undefined ? resolve(root, reference as string) : undefined;
    if (target === undefined) {
      const what = problem ?? `The reference ${show(reference)} leads nowhere.`;
      report(diagnose("bad-reference", file, `${place}/$ref`, what));
      return {};
    }
    const beside = without(raw, "$ref");
    const whole = isObject(target) ? { ...target, ...beside } : target;
    return visit(whole, place, [...trail, reference as string], depth + 1);
  };

  const visitChildren = (
    raw: SchemaNode,
    place: string,
    trail: readonly string[],
    depth: number,
  ): SchemaNode => {
    const child = (value: Json, below: string) => visit(value, place + below, trail, depth + 1);
    const unnamed = (value: Json, below: string) => dropFlag(child(value, below));
    const { properties, items, additionalProperties } = raw;
    if (!properties && !items && !additionalProperties && !raw["anyOf"] && !raw["oneOf"]) return raw;
    const result: { [keyword: string]: Json } = { ...raw };
    if (isObject(properties)) {
      const entries = Object.entries(properties).map(([name, value]) => [
        name,
        child(value, `/properties${pointerTo(name)}`),
      ]);
      result["properties"] = Object.fromEntries(entries) as SchemaNode;
    }
    if (isObject(items) || items === true) result["items"] = unnamed(items, "/items");
    if (isObject(additionalProperties)) {
      result["additionalProperties"] = unnamed(additionalProperties, "/additionalProperties");
    }
    for (const keyword of ["anyOf", "oneOf"]) {
      const choices = raw[keyword];
      if (!Array.isArray(choices)) continue;
      result[keyword] = (choices as readonly Json[]).map((choice, at) =>
        unnamed(choice, `/${keyword}/${at}`),
      );
    }
    return result;
  };

  const applyRules = (node: SchemaNode, place: string): SchemaNode => {
    let result = node;
    let sentence = "";
    // One context for all rules: they run some hundred thousand times.
    const context: RuleContext = {
      report: (code, below, what, fix) => {
        const more = { rule: sentence, ...(fix !== undefined && { fix }) };
        report(diagnose(code, file, place + below, what, more));
      },
    };
    for (let at = 0; at < sentences.length; at++) {
      sentence = sentences[at]!;
      result = steps[at]!(result, context);
    }
    return inOrder(result);
  };

  return dropFlag(visit(root, pointer, [], 0));
};

/** `required: true` means something only on a property. */
const dropFlag = (node: SchemaNode): SchemaNode =>
  typeof node["required"] === "boolean" ? without(node, "required") : node;

const checkReference = (reference: Json | undefined, trail: readonly string[]): string | undefined => {
  if (typeof reference !== "string") return `The reference is ${show(reference)}, no text.`;
  if (reference !== "#" && !reference.startsWith("#/"))
    return `The reference ${show(reference)} leaves the schema.`;
  if (trail.includes(reference) || reference === "#")
    return `The reference ${show(reference)} leads back to itself.`;
  return undefined;
};

const resolve = (root: Json, reference: string): Json | undefined => {
  let value: Json | undefined = root;
  for (const key of splitPointer(decode(reference.slice(1)))) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as { readonly [key: string]: Json })[key];
  }
  return value;
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
