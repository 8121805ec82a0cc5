import { without } from "./notation/schema-node.js";
import type { SchemaNode } from "./notation/schema-node.js";
import { pointerTo } from "../errors/issue.js";
import type { Json } from "../input/model.js";
import type { ProblemCode, SchemaProblem } from "./notation/problem.js";
import { hasConditions, hasFields, hoistNames, findFieldSchemas, unite } from "./join/conditions.js";
import type { Draft, KeptGroup, Source, Together } from "./join/draft.js";
import { addGroups, mapGroup } from "./kept-groups.js";
import { Definitions } from "./read/definitions.js";
import { DraftReader, resolve } from "./read/draft-reader.js";
import { finishingRules, readingRules } from "./rule-list.js";
import { valueRules } from "./rules/default-values.js";
import { keptAnnotations } from "./notation/kept-keywords.js";
import { inOrder } from "./notation/keyword-order.js";
import type { Placement, Rule, RuleContext } from "./rules/rule.js";

type Steps = readonly (readonly [sentence: string, rule: Rule])[];
const reading: Steps = [...readingRules];
const finishing: Steps = [...finishingRules];
const annotating: Steps = [...valueRules];

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
  const source = { raw: root, place: pointer, trail: ["#"], here: ["#"], depth: 0 };
  return new SchemaNormalizer(root, surroundings).normalize(source, isBody ? "body" : "plain");
}

class SchemaNormalizer {
  private readonly surroundings: SchemaSurroundings;
  private readonly root: SchemaNode;
  private readonly drafts: DraftReader;
  private readonly definitions = new Definitions();
  private readonly told = new Set<string>();

  constructor(root: SchemaNode, surroundings: SchemaSurroundings) {
    this.surroundings = surroundings;
    this.root = root;
    this.drafts = new DraftReader({
      root,
      report: this.reportAt,
      define: this.definitions.define,
      applyRules: (node, place) => this.applyRules(reading, node, place, "plain"),
    });
  }

  normalize(source: Source, placement: Placement): SchemaNode {
    const node = dropFlag(this.visit([[source]], source.place, placement));
    const defined: { [name: string]: Json } = {};
    for (const [reference, name] of this.definitions) {
      const place = source.place + reference.slice(1);
      const trail = ["#", reference];
      const definition = {
        raw: resolve(this.root, reference)!,
        place,
        trail,
        here: [reference],
        depth: 0,
      };
      defined[name] = dropFlag(this.visit([[definition]], place, "plain"));
    }
    return Object.keys(defined).length === 0 ? node : inOrder({ ...node, $defs: defined });
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
    if (documented.own["$ref"] !== undefined) return this.finishReference(documented, placement);
    const isParent = hasConditions(documented, placement);
    const isMeant = isParent || (outer.length > 0 && hasFields(documented));
    const { place, own, properties, prefixItems, items, additionalProperties, anyOf, oneOf, kept } = isMeant
      ? hoistNames(documented, outer, placement, this.reportAt)
      : documented;
    const inner = placement === "body" ? "plain" : placement;
    const unnamed = (schema: Together, below: string): SchemaNode =>
      dropFlag(this.visit([schema], place + below, inner));
    const choose = (choices: readonly Draft[]): Json =>
      choices.map((choice) => this.finishChoice(choice, isParent ? "condition" : inner));
    const field = (name: string, schemas: readonly Together[]): SchemaNode => {
      const below = place + `/properties${pointerTo(name)}`;
      if (documented.properties?.has(name) !== true) return dropFlag(this.visit(schemas, below, inner));
      const said = isMeant ? findFieldSchemas(documented, outer, name) : [];
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
      ...(prefixItems !== undefined && {
        prefixItems: prefixItems.map((item, at) => unnamed(item, `/prefixItems/${at}`)),
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
    const groups = (kept ?? []).map((group) => this.finishGroup(group));
    return inOrder(this.applyRules(finishing, addGroups(node, groups), place, placement));
  }

  private finishChoice(choice: Draft, placement: Placement): SchemaNode {
    if (placement !== "condition" || choice.own["$ref"] === undefined)
      return dropFlag(this.finish(choice, placement));
    // The schema that is referred to would refuse the fields of the object around the reference.
    const what =
      "The reference is not enforced: it leads back to itself, beside fields of the object around it.";
    this.reportAt("unenforced-keyword", `${choice.place}/$ref`, what);
    return {};
  }

  /** Finishes keywords that are not enforced. They speak of the value around them, as a condition does. */
  private finishGroup(group: KeptGroup): SchemaNode {
    if ("choices" in group)
      return { [group.keyword]: group.choices.map((choice) => dropFlag(this.finish(choice, "condition"))) };
    const { keywords, source } = group;
    return mapGroup(keywords, (raw, below) => {
      const place = source.place + below;
      return dropFlag(this.visit([[{ ...source, raw, place, depth: source.depth + 1 }]], place, "condition"));
    });
  }

  /** Finishes a reference to a schema that contains itself. Only annotations have an effect beside it. */
  private finishReference({ place, own, kept: _, ...schemas }: Draft, placement: Placement): SchemaNode {
    const beside = [
      ...Object.keys(own).filter((keyword) => !annotations.has(keyword)),
      ...Object.keys(schemas),
    ];
    for (const keyword of beside) {
      const what = `"${keyword}" is not enforced beside a reference to a schema that contains itself.`;
      this.reportAt("unenforced-keyword", place + pointerTo(keyword), what);
    }
    const { $ref, nullable, ...rest } = this.applyRules(annotating, own, place, placement);
    return inOrder(
      nullable === true ? { ...rest, anyOf: [{ $ref: $ref! }, { type: "null" }] } : { ...rest, $ref: $ref! },
    );
  }
}

const annotations: ReadonlySet<string> = new Set([
  "$ref",
  "title",
  "description",
  "default",
  "example",
  "examples",
  "nullable",
  "required",
  ...keptAnnotations,
]);

/** Drops `required: true`, which has a meaning only on a property. */
function dropFlag(node: SchemaNode): SchemaNode {
  return typeof node["required"] === "boolean" ? without(node, "required") : node;
}
