import { pointerTo } from "../../src/errors/issue.js";
import type { Json } from "../../src/input/model.js";
import type { Code } from "../diagnostics/codes.js";
import { diagnose } from "../diagnostics/diagnostic.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { SchemaNode } from "../specs/model/spec.js";
import { hasConditions, hasFields, hoistNames, sayOfField, unite } from "./join/conditions.js";
import type { Draft, Together } from "./join/draft.js";
import { makeReader } from "./read/draft-reader.js";
import { finishingRules, readingRules } from "./rule-list.js";
import { inOrder } from "./rules/keyword-order.js";
import { without } from "./rules/rule.js";
import type { Role, Rule, RuleContext } from "./rules/rule.js";

type Steps = readonly (readonly [sentence: string, rule: Rule])[];
const reading: Steps = [...readingRules];
const finishing: Steps = [...finishingRules];

/** What a schema is normalised in: the file it stands in, and where problems go. */
export interface SchemaSurroundings {
  readonly file: string;
  /** Pointer of the schema in its file. */
  readonly pointer: string;
  /** Whether it is a whole request body or result; any schema unless given. */
  readonly isBody?: boolean;
  readonly report: (diagnostic: Diagnostic) => void;
}

/** Makes every sentence of the rules true of a documented schema and of all schemas inside it. Pure. */
export function normalizeSchema(
  root: SchemaNode,
  { file, pointer, isBody = false, report }: SchemaSurroundings,
): SchemaNode {
  const told = new Set<string>();
  // What a choice says of a field is read once more for the object around it.
  function reportOnce(diagnostic: Diagnostic) {
    const text = `${diagnostic.code} ${diagnostic.pointer} ${diagnostic.what}`;
    if (!told.has(text)) report(diagnostic);
    told.add(text);
  }
  const reportAt = (code: Code, place: string, what: string) => reportOnce(diagnose(code, file, place, what));

  function applyRules(rules: Steps, node: SchemaNode, place: string, role: Role): SchemaNode {
    let result = node;
    let sentence = "";
    // One context for all rules: they run some hundred thousand times.
    const context: RuleContext = {
      role,
      report: (code, below, what, fix) => {
        const more = { rule: sentence, ...(fix !== undefined && { fix }) };
        reportOnce(diagnose(code, file, place + below, what, more));
      },
    };
    for (let at = 0; at < rules.length; at++) {
      sentence = rules[at]![0];
      result = rules[at]![1](result, context);
    }
    return result;
  }

  const draft = makeReader({
    root,
    report: reportAt,
    applyRules: (node, place) => applyRules(reading, node, place, "plain"),
  });

  function visit(
    choices: readonly Together[],
    place: string,
    role: Role,
    outer: readonly Draft[] = [],
  ): SchemaNode {
    const [only] = choices;
    if (choices.length === 1) return finish(draft(only!, place), role, outer);
    // A value may fit several of these at once, each of which names only its own fields: they stay open.
    return inOrder(unite(choices.map((choice) => dropFlag(finish(draft(choice, place), "open")))));
  }

  /** `outer` are conditions on objects around this one, where they speak of it. */
  function finish(documented: Draft, role: Role, outer: readonly Draft[] = []): SchemaNode {
    const isParent = hasConditions(documented, role);
    const isMeant = isParent || (outer.length > 0 && hasFields(documented));
    const { place, own, properties, items, additionalProperties, anyOf, oneOf } = isMeant
      ? hoistNames(documented, outer, role, reportAt)
      : documented;
    const inner = role === "body" ? "plain" : role;
    const unnamed = (schema: Together, below: string) => dropFlag(visit([schema], place + below, inner));
    const choose = (choices: readonly Draft[]): Json =>
      choices.map((choice) => dropFlag(finish(choice, isParent ? "condition" : inner)));
    const fields = (all: ReadonlyMap<string, readonly Together[]>) =>
      [...all].map(([name, schemas]) => {
        const below = place + `/properties${pointerTo(name)}`;
        if (documented.properties?.has(name) !== true)
          return [name, dropFlag(visit(schemas, below, inner))] as const;
        const more = isMeant ? sayOfField(documented, outer, name).map((said) => draft(said, below)) : [];
        return [name, visit(schemas, below, inner, more)] as const;
      });
    const node: SchemaNode = {
      ...own,
      ...(properties !== undefined && { properties: Object.fromEntries(fields(properties)) }),
      ...(items !== undefined && { items: unnamed(items, "/items") }),
      ...(additionalProperties !== undefined && {
        additionalProperties:
          typeof additionalProperties === "boolean"
            ? additionalProperties
            : unnamed(additionalProperties, "/additionalProperties"),
      }),
      ...(anyOf !== undefined && { anyOf: choose(anyOf) }),
      ...(oneOf !== undefined && { oneOf: choose(oneOf) }),
    };
    return inOrder(applyRules(finishing, node, place, role));
  }

  const source = { raw: root, place: pointer, trail: [], depth: 0 };
  return dropFlag(visit([[source]], pointer, isBody ? "body" : "plain"));
}

/** `required: true` means something only on a property. */
function dropFlag(node: SchemaNode): SchemaNode {
  return typeof node["required"] === "boolean" ? without(node, "required") : node;
}
