import { without } from "./notation/schema-node.js";
import type { SchemaNode } from "./notation/schema-node.js";
import { pointerTo } from "../errors/issue.js";
import type { Json } from "../input/model.js";
import type { ProblemCode, SchemaProblem } from "./notation/problem.js";
import { hasConditions, hasFields, hoistNames, sayOfField, unite } from "./join/conditions.js";
import type { Draft, Source, Together } from "./join/draft.js";
import { DraftReader } from "./read/draft-reader.js";
import { finishingRules, readingRules } from "./rule-list.js";
import { inOrder } from "./notation/keyword-order.js";
import type { Placement, Rule, RuleContext } from "./rules/rule.js";

type Steps = readonly (readonly [sentence: string, rule: Rule])[];
const reading: Steps = [...readingRules];
const finishing: Steps = [...finishingRules];

/** The surroundings of a schema: its place, and the receiver of its problems. */
export interface SchemaSurroundings {
  /** Pointer of the schema in its document. */
  readonly pointer: string;
  /** True where it is a whole request body or result; any schema unless given. */
  readonly isBody?: boolean;
  readonly report: (problem: SchemaProblem) => void;
}

/** Makes every sentence of the rules true of a documented schema and of all schemas inside it. Pure. */
export function normalizeSchema(root: SchemaNode, surroundings: SchemaSurroundings): SchemaNode {
  const { pointer, isBody = false } = surroundings;
  const source = { raw: root, place: pointer, trail: [], depth: 0 };
  return new SchemaNormalizer(root, surroundings).normalize(source, isBody ? "body" : "plain");
}

class SchemaNormalizer {
  private readonly surroundings: SchemaSurroundings;
  private readonly drafts: DraftReader;
  private readonly told = new Set<string>();

  constructor(root: SchemaNode, surroundings: SchemaSurroundings) {
    this.surroundings = surroundings;
    this.drafts = new DraftReader({
      root,
      report: this.reportAt,
      applyRules: (node, place) => this.applyRules(reading, node, place, "plain"),
    });
  }

  normalize(source: Source, placement: Placement): SchemaNode {
    return dropFlag(this.visit([[source]], source.place, placement));
  }

  private readonly reportAt = (code: ProblemCode, place: string, what: string): void =>
    this.reportOnce({ code, pointer: place, what });

  /** Drops repeated problems: a choice's description of a field is read again for the object around it. */
  private reportOnce(problem: SchemaProblem): void {
    const text = `${problem.code} ${problem.pointer} ${problem.what}`;
    if (!this.told.has(text)) this.surroundings.report(problem);
    this.told.add(text);
  }

  private applyRules(rules: Steps, node: SchemaNode, place: string, placement: Placement): SchemaNode {
    let result = node;
    let sentence = "";
    // One context for all rules: they run some hundred thousand times.
    const context: RuleContext = {
      placement,
      report: (code, below, what, fix) => {
        const more = { rule: sentence, ...(fix !== undefined && { fix }) };
        this.reportOnce({ code, pointer: place + below, what, ...more });
      },
    };
    for (let at = 0; at < rules.length; at++) {
      sentence = rules[at]![0];
      result = rules[at]![1](result, context);
    }
    return result;
  }

  private visit(
    choices: readonly Together[],
    place: string,
    placement: Placement,
    outer: readonly Draft[] = [],
  ): SchemaNode {
    const [only] = choices;
    if (choices.length === 1) return this.finish(this.drafts.read(only!, place), placement, outer);
    // A value may fit several of these schemas at once, and each lists only some fields: none may be closed.
    const each = choices.map((choice) => dropFlag(this.finish(this.drafts.read(choice, place), "open")));
    return inOrder(unite(each));
  }

  /** Finishes a schema; `outer` are conditions on objects around this one, as far as they speak of it. */
  private finish(documented: Draft, placement: Placement, outer: readonly Draft[] = []): SchemaNode {
    const isParent = hasConditions(documented, placement);
    const isMeant = isParent || (outer.length > 0 && hasFields(documented));
    const { place, own, properties, items, additionalProperties, anyOf, oneOf } = isMeant
      ? hoistNames(documented, outer, placement, this.reportAt)
      : documented;
    const inner = placement === "body" ? "plain" : placement;
    const unnamed = (schema: Together, below: string): SchemaNode =>
      dropFlag(this.visit([schema], place + below, inner));
    const choose = (choices: readonly Draft[]): Json =>
      choices.map((choice) => dropFlag(this.finish(choice, isParent ? "condition" : inner)));
    const field = (name: string, schemas: readonly Together[]): SchemaNode => {
      const below = place + `/properties${pointerTo(name)}`;
      if (documented.properties?.has(name) !== true) return dropFlag(this.visit(schemas, below, inner));
      const said = isMeant ? sayOfField(documented, outer, name) : [];
      const more = said.map((together) => this.drafts.read(together, below));
      return this.visit(schemas, below, inner, more);
    };
    const node: SchemaNode = {
      ...own,
      ...(properties !== undefined && {
        properties: Object.fromEntries(
          [...properties].map(([name, schemas]) => [name, field(name, schemas)]),
        ),
      }),
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
    return inOrder(this.applyRules(finishing, node, place, placement));
  }
}

/** Drops `required: true`, which has a meaning only on a property. */
function dropFlag(node: SchemaNode): SchemaNode {
  return typeof node["required"] === "boolean" ? without(node, "required") : node;
}
