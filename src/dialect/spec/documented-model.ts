import { describeIssue } from "../../errors/issue.js";
import { check } from "../../input/check.js";
import type { Json, Schema } from "../../input/model.js";
import { normalizeInput, normalizeResult } from "../body-normalization.js";
import type { BodySurroundings } from "../body-normalization.js";
import { mapInner } from "../notation/inner-schemas.js";
import type { ObjectSchema } from "../notation/object-schema.js";
import type { SchemaProblem } from "../notation/problem.js";
import { isObject } from "../notation/schema-node.js";
import type { SchemaNode } from "../notation/schema-node.js";
import { toListing } from "./model-listing.js";
import type { ModelListing } from "./model-listing.js";
import type { Spec, SpecSource } from "./spec.js";
import { standardOutput } from "./standard-output.js";

/** One model, normalised: both schemas hold only keywords of {@link Schema}, with titles and descriptions. */
export interface DocumentedModel {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly source: SpecSource;
  readonly notes: readonly string[];
  /** The facts beside the schema: the live catalogue's, and where it says nothing those that the spec states itself. */
  readonly listing: ModelListing;
  /** A request body that shows the model at work; null where the spec has none that fits its own schema. */
  readonly example: { readonly [name: string]: Json } | null;
  readonly input: ObjectSchema;
  /** An object unless the documentation says otherwise. */
  readonly output: Schema;
}

/** A spec with its model's id. */
export interface NamedSpec {
  readonly id: string;
  readonly spec: Spec;
  /** True where the spec was made of a schema alone. */
  readonly isBare?: boolean;
}

/** The steps that normalise the two schemas of a spec; a caller with many specs may remember their results. */
export interface SchemaSteps {
  readonly input: (raw: SchemaNode, surroundings: BodySurroundings) => ObjectSchema;
  readonly output: (raw: SchemaNode, surroundings: BodySurroundings) => Schema;
}

/** The steps that remember nothing. */
export const plainSteps: SchemaSteps = {
  input: normalizeInput,
  output: (raw, surroundings) => openEach(normalizeResult(raw, surroundings)),
};

/** Turns a spec as documented into a model of one notation. Pure. */
export function normalizeSpec(
  { id, spec, isBare }: NamedSpec,
  report: (problem: SchemaProblem) => void,
  steps: SchemaSteps = plainSteps,
): DocumentedModel {
  const pointer = isBare ? "" : "/input";
  const stated = steps.input(spec.input, { pointer, report });
  const output = steps.output(unwrap(spec.output ?? standardOutput), { pointer: "/output", report });
  const isEmpty =
    Object.keys(stated.properties).length === 0 && !stated.additionalProperties && !stated.anyOf;
  if (isEmpty) report({ code: "no-properties", pointer, what: "The input has no properties." });
  const input = isEmpty ? { ...stated, additionalProperties: true } : stated;
  return {
    id,
    title: spec.title ?? spec.catalogue?.display_name ?? id,
    description: spec.description ?? spec.catalogue?.description ?? "",
    source: spec.source ?? {},
    notes: spec.notes ?? [],
    listing: toListing(id, spec),
    example: checkExample(spec, input, report),
    input,
    output,
  };
}

/** Opens the objects of an output: the service may add fields without notice. */
function openEach(schema: Schema): Schema {
  const { additionalProperties, ...rest } = schema;
  const isClosed = additionalProperties === undefined || additionalProperties === false;
  return mapInner(isClosed ? rest : { ...rest, additionalProperties }, openEach);
}

/** Takes an output schema out of an object with the single name `output`, as some pages document it. */
function unwrap(node: SchemaNode): SchemaNode {
  const inner = node["output"];
  return Object.keys(node).length === 1 && isObject(inner) ? inner : node;
}

function checkExample(
  { example }: Spec,
  input: ObjectSchema,
  report: (problem: SchemaProblem) => void,
): { readonly [name: string]: Json } | null {
  if (example === undefined) return null;
  const issues = check(input, example);
  if (issues.length === 0) return example;
  const shown = issues.slice(0, 3).map(describeIssue).join("; ");
  const more = issues.length > 3 ? `; and ${issues.length - 3} more` : "";
  const what = `The example does not fit: ${shown}${more}.`;
  report({ code: "example-does-not-fit", pointer: "/example", what });
  return null;
}
