import { pointerTo, show, splitPointer } from "../../../src/errors/issue.js";
import type { Json } from "../../../src/input/model.js";
import type { Code } from "../../diagnostics/codes.js";
import { isObject } from "../../json/json-value.js";
import type { SchemaNode } from "../../specs/model/spec.js";
import type { Draft, Source, Together } from "../join/draft.js";
import { joinDrafts, settleNull } from "../join/draft-join.js";
import { without } from "../rules/rule.js";

// References can multiply: a schema of a kilobyte can unfold into millions of nodes.
const mostNodes = 20_000;
const deepest = 32;

/** What schemas are read in. */
export interface ReadSurroundings {
  /** The schema that references point into. */
  readonly root: Json;
  readonly report: (code: Code, place: string, what: string) => void;
  /** Makes the sentences of the rules true that need only the outermost level. */
  readonly applyRules: (node: SchemaNode, place: string) => SchemaNode;
}

/** Reads the outermost level of schemas that hold together, for one schema and all schemas inside it; stops where they are too many or nest too deeply. */
export function makeReader({
  root,
  report,
  applyRules,
}: ReadSurroundings): (sources: Together, place: string) => Draft {
  let nodes = 0;
  let stopped = false;

  function countNode(place: string, depth: number): boolean {
    nodes += 1;
    function stop(what: string) {
      report("too-deep", place, what);
      stopped = true;
    }
    if (!stopped && nodes > mostNodes) stop(`The schema unfolds into more than ${mostNodes} parts.`);
    if (!stopped && depth > deepest) stop(`The schema nests more than ${deepest} levels.`);
    return !stopped;
  }

  function read(source: Source): Draft {
    const { raw, place, depth } = source;
    if (!countNode(place, depth) || raw === true) return { place, own: {} };
    if (!isObject(raw)) {
      report("wrong-shape", place, `${show(raw)} stands where a schema (an object) is needed.`);
      return { place, own: {} };
    }
    const isReference = raw["$ref"] !== undefined;
    const node = applyRules(isReference ? without(raw, "$ref") : raw, place);
    const target = isReference ? follow(raw["$ref"]!, source) : undefined;
    const parts = readEach(node["allOf"], "allOf", source) ?? [];
    const own = readOwn(node, source);
    const others = (target === undefined ? parts : [target, ...parts]).map(settleNull);
    if (others.length === 0) return own;
    const keys = Object.keys(raw);
    const at = keys.findIndex((keyword) => keyword === "$ref" || keyword === "allOf");
    const isAfter = keys.indexOf("properties") >= 0 && keys.indexOf("properties") < at;
    return joinDrafts([own, ...others], isAfter ? [own, ...others] : [...others, own], report);
  }

  function follow(reference: Json, { place, trail, depth }: Source): Draft | undefined {
    const problem = checkReference(reference, trail);
    const raw = problem === undefined ? resolve(root, reference as string) : undefined;
    if (raw === undefined) {
      const what = problem ?? `The reference ${show(reference)} leads nowhere.`;
      report("bad-reference", `${place}/$ref`, what);
      return undefined;
    }
    return read({ raw, place, trail: [...trail, reference as string], depth: depth + 1 });
  }

  const readEach = (list: Json | undefined, keyword: string, { place, trail, depth }: Source) =>
    Array.isArray(list)
      ? (list as readonly Json[]).map((raw, at) =>
          read({ raw, place: `${place}/${keyword}/${at}`, trail, depth: depth + 1 }),
        )
      : undefined;

  function readOwn(node: SchemaNode, source: Source): Draft {
    const { properties, items, additionalProperties: others, anyOf, oneOf, allOf: _, ...own } = node;
    const inner = (raw: Json, below: string): Together => [
      { raw, place: source.place + below, trail: source.trail, depth: source.depth + 1 },
    ];
    const fields = (all: SchemaNode) =>
      Object.entries(all).map(
        ([name, raw]) => [name, [inner(raw, `/properties${pointerTo(name)}`)]] as const,
      );
    return {
      place: source.place,
      own,
      ...(isObject(properties) && { properties: new Map(fields(properties)) }),
      ...(items !== undefined && { items: inner(items, "/items") }),
      ...(others !== undefined && {
        additionalProperties: typeof others === "boolean" ? others : inner(others, "/additionalProperties"),
      }),
      ...(anyOf !== undefined && { anyOf: readEach(anyOf, "anyOf", source)! }),
      ...(oneOf !== undefined && { oneOf: readEach(oneOf, "oneOf", source)! }),
    };
  }

  return (sources, place) => {
    const [only] = sources;
    if (sources.length === 1) return read(only!);
    const drafts = sources.map((source) => settleNull(read(source)));
    return joinDrafts(drafts, drafts, report, place);
  };
}

function checkReference(reference: Json, trail: readonly string[]): string | undefined {
  if (typeof reference !== "string") return `The reference is ${show(reference)}, no text.`;
  if (reference !== "#" && !reference.startsWith("#/"))
    return `The reference ${show(reference)} leaves the schema.`;
  if (trail.includes(reference) || reference === "#")
    return `The reference ${show(reference)} leads back to itself.`;
  return undefined;
}

function resolve(root: Json, reference: string): Json | undefined {
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
