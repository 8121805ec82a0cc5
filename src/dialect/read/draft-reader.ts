import { isObject, without } from "../notation/schema-node.js";
import type { SchemaNode } from "../notation/schema-node.js";
import { pointerTo, show, splitPointer } from "../../errors/issue.js";
import type { Json } from "../../input/model.js";
import { groupedKeywords } from "../notation/kept-keywords.js";
import type { ProblemCode } from "../notation/problem.js";
import { isLinearPattern } from "../pattern/linear-pattern.js";
import type { Draft, KeptGroup, Source, Together } from "../join/draft.js";
import { joinDrafts, settleNull } from "../join/draft-join.js";

// References can multiply: a schema of a kilobyte can unfold into millions of nodes.
const mostNodes = 20_000;
const mostLevels = 32;

/** The surroundings in which schemas are read. */
export interface ReadSurroundings {
  /** The schema that references point into. */
  readonly root: Json;
  readonly report: (code: ProblemCode, place: string, what: string) => void;
  /** Names a schema that contains itself; gives the reference to it. */
  readonly define: (reference: string) => string;
  /** Makes the sentences of the rules true that need only the outermost level. */
  readonly applyRules: (node: SchemaNode, place: string) => SchemaNode;
}

/**
 * Reads the outermost level of schemas that hold together: for one schema and all schemas inside it. It stops where they are too many
 * or nest too deeply.
 */
export class DraftReader {
  private readonly surroundings: ReadSurroundings;
  private nodes = 0;
  private isStopped = false;

  constructor(surroundings: ReadSurroundings) {
    this.surroundings = surroundings;
  }

  /** Reads schemas of which a value must fit each as one draft. */
  read(sources: Together, place: string): Draft {
    const [only] = sources;
    if (sources.length === 1) return this.readOne(only!);
    const drafts = sources.map((source) => settleNull(this.readOne(source)));
    return joinDrafts(drafts, drafts, this.surroundings.report, place);
  }

  private readOne(source: Source): Draft {
    const { raw, place, depth } = source;
    const { report, applyRules } = this.surroundings;
    if (!this.countNode(place, depth) || raw === true) return { place, own: {} };
    if (raw === false) return this.readOne({ ...source, raw: { not: {} } });
    if (!isObject(raw)) {
      report("wrong-shape", place, `${show(raw)} stands where a schema (an object) is needed.`);
      return { place, own: {} };
    }
    const isReference = raw["$ref"] !== undefined;
    const node = applyRules(isReference ? without(raw, "$ref") : raw, place);
    const target = isReference ? this.follow(raw["$ref"]!, source) : undefined;
    const parts = this.readEach(node["allOf"], "allOf", source) ?? [];
    const own = this.readOwn(node, source);
    const others = (target === undefined ? parts : [target, ...parts]).map(settleNull);
    if (others.length === 0) return own;
    const keys = Object.keys(raw);
    const at = keys.findIndex((keyword) => keyword === "$ref" || keyword === "allOf");
    const isAfter = keys.indexOf("properties") >= 0 && keys.indexOf("properties") < at;
    return joinDrafts([own, ...others], isAfter ? [own, ...others] : [...others, own], report);
  }

  /** Counts a schema; false where reading has to stop. */
  private countNode(place: string, depth: number): boolean {
    this.nodes += 1;
    if (!this.isStopped && this.nodes > mostNodes)
      this.stop(place, `The schema unfolds into more than ${mostNodes} parts.`);
    if (!this.isStopped && depth > mostLevels)
      this.stop(place, `The schema nests more than ${mostLevels} levels.`);
    return !this.isStopped;
  }

  private stop(place: string, what: string): void {
    this.surroundings.report("too-deep", place, what);
    this.isStopped = true;
  }

  private follow(reference: Json, { place, trail, here, depth }: Source): Draft | undefined {
    const { root, report, define } = this.surroundings;
    const problem = checkReference(reference, here);
    if (problem === undefined && trail.includes(reference as string))
      return { place, own: { $ref: define(reference as string) } };
    const raw = problem === undefined ? resolve(root, reference as string) : undefined;
    if (raw === undefined) {
      const what = problem ?? `The reference ${show(reference)} leads nowhere.`;
      report("bad-reference", `${place}/$ref`, what);
      return undefined;
    }
    const more = [reference as string];
    return this.readOne({
      raw,
      place,
      trail: [...trail, ...more],
      here: [...here, ...more],
      depth: depth + 1,
    });
  }

  private readEach(list: Json | undefined, keyword: string, source: Source): Draft[] | undefined {
    if (!Array.isArray(list)) return undefined;
    const { place, depth } = source;
    return (list as readonly Json[]).map((raw, at) =>
      this.readOne({ ...source, raw, place: `${place}/${keyword}/${at}`, depth: depth + 1 }),
    );
  }

  private readOwn(node: SchemaNode, source: Source): Draft {
    const { properties, prefixItems, items, additionalProperties: others, anyOf, oneOf, ...rest } = node;
    const { own, kept } = this.setAside(without(rest, "allOf"), source);
    const inner = (raw: Json, below: string): Together => [
      { raw, place: source.place + below, trail: source.trail, here: [], depth: source.depth + 1 },
    ];
    const fields = (all: SchemaNode) =>
      Object.entries(all).map(
        ([name, raw]) => [name, [inner(raw, `/properties${pointerTo(name)}`)]] as const,
      );
    return {
      place: source.place,
      own,
      ...(isObject(properties) && { properties: new Map(fields(properties)) }),
      ...(Array.isArray(prefixItems) && {
        prefixItems: (prefixItems as readonly Json[]).map((raw, at) => inner(raw, `/prefixItems/${at}`)),
      }),
      ...(items !== undefined && { items: inner(items, "/items") }),
      ...(others !== undefined && {
        additionalProperties: typeof others === "boolean" ? others : inner(others, "/additionalProperties"),
      }),
      ...(anyOf !== undefined && { anyOf: this.readEach(anyOf, "anyOf", source)! }),
      ...(oneOf !== undefined && { oneOf: this.readEach(oneOf, "oneOf", source)! }),
      ...(kept.length > 0 && { kept }),
    };
  }

  /** Sets aside the keywords that the input check does not enforce. */
  private setAside(node: SchemaNode, source: Source): { own: SchemaNode; kept: readonly KeptGroup[] } {
    const grouped = Object.keys(node).filter((keyword) => groupedKeywords.has(keyword));
    const { pattern } = node;
    const isSlow = typeof pattern === "string" && !isLinearPattern(pattern);
    if (grouped.length === 0 && !isSlow) return { own: node, kept: [] };
    if (isSlow) {
      const what = `The pattern ${show(pattern)} is not enforced: there may be texts for which it takes very long.`;
      this.surroundings.report("unenforced-keyword", `${source.place}/pattern`, what);
    }
    const keywords = Object.fromEntries(grouped.map((keyword) => [keyword, node[keyword]!]));
    return {
      own: without(node, ...grouped, ...(isSlow ? ["pattern"] : [])),
      kept: [
        ...(grouped.length > 0 ? [{ keywords, source }] : []),
        ...(isSlow ? [{ keywords: { pattern }, source }] : []),
      ],
    };
  }
}

function checkReference(reference: Json, here: readonly string[]): string | undefined {
  if (typeof reference !== "string") return `The reference is ${show(reference)}, no text.`;
  if (reference !== "#" && !reference.startsWith("#/"))
    return `The reference ${show(reference)} leaves the schema.`;
  if (here.includes(reference))
    return `The reference ${show(reference)} leads back to itself, with no field or item between.`;
  return undefined;
}

/** Finds the schema that a reference leads to; undefined where it leads nowhere. */
export function resolve(root: Json, reference: string): Json | undefined {
  let value: Json | undefined = root;
  for (const key of splitPointer(decode(reference.slice(1)))) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as { readonly [key: string]: Json })[key];
  }
  return value;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
