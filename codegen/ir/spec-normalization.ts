import { serialize } from "node:v8";
import { normalizeInput, normalizeResult } from "../../src/dialect/body-normalization.js";
import type { BodySurroundings } from "../../src/dialect/body-normalization.js";
import type { ObjectSchema } from "../../src/dialect/notation/object-schema.js";
import { isObject } from "../../src/dialect/notation/schema-node.js";
import type { SchemaNode } from "../../src/dialect/notation/schema-node.js";
import { describeIssue, show } from "../../src/errors/issue.js";
import type { Json, Schema } from "../../src/input/model.js";
import { check } from "../../src/input/check.js";
import { mapInner } from "./inner-schemas.js";
import { compareText } from "../text/text-order.js";
import { diagnose } from "../diagnostics/diagnostic.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Spec, SpecFile } from "../specs/model/spec.js";
import type { ApiModel } from "./api.js";
import { toListing } from "./listing.js";
import { standardOutput } from "../specs/model/default-output.js";
import { checkId, findCollisions, isUsualId } from "../specs/model/safe-names.js";

/** The models of all specs, in code point order of their ids, and everything that is wrong or doubtful. */
export interface NormalizeResult {
  readonly models: readonly ApiModel[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Turns specs as documented into models of one notation, beside those that are known already. Pure; the order of the specs does
 * not matter.
 */
export function normalize(
  specs: readonly SpecFile[],
  known: ReadonlyMap<string, ApiModel> = new Map(),
): NormalizeResult {
  const diagnostics: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic) => void diagnostics.push(diagnostic);
  for (const spec of specs) reportId(spec, report);
  const files = new Map(specs.map((spec) => [spec.id, spec.file]));
  for (const [id, other] of findCollisions([...files.keys(), ...known.keys()])) {
    const file = files.get(id) ?? files.get(other)!;
    report(diagnose("id-collision", file, "", `The ids ${show(id)} and ${show(other)} meet.`));
  }
  const schemas: Known = { inputs: new Map(), outputs: new Map() };
  const models = specs.map((spec) => normalizeSpec(spec, schemas, report));
  return { models: [...models, ...known.values()].sort((a, b) => compareText(a.id, b.id)), diagnostics };
}

function reportId({ id, file }: SpecFile, report: (diagnostic: Diagnostic) => void) {
  const problem = checkId(id);
  if (problem !== undefined) report(diagnose("unsafe-name", file, "", problem));
  else if (!isUsualId(id))
    report(diagnose("unusual-id", file, "", `The id ${show(id)} has an unusual number of parts.`));
}

function normalizeSpec(
  { id, file, spec, isBare }: SpecFile,
  known: Known,
  report: (diagnostic: Diagnostic) => void,
): ApiModel {
  const inputPlace = isBare ? "" : "/input";
  const input = normalizeOnce(
    spec.input,
    { file, pointer: inputPlace, make: normalizeInput, known: known.inputs },
    report,
  );
  const output = normalizeOnce(
    unwrap(spec.output ?? standardOutput),
    {
      file,
      pointer: "/output",
      make: (raw, surroundings) => openEach(normalizeResult(raw, surroundings)),
      known: known.outputs,
    },
    report,
  );
  if (Object.keys(input.properties).length === 0 && !input.additionalProperties && !input.anyOf) {
    report(diagnose("no-properties", file, inputPlace, "The input has no properties."));
  }
  return {
    id,
    title: spec.title ?? spec.catalogue?.display_name ?? id,
    description: spec.description ?? spec.catalogue?.description ?? "",
    source: spec.source ?? {},
    notes: spec.notes ?? [],
    listing: toListing(spec),
    example: checkExample(spec, input, file, report),
    input,
    output,
  };
}

/** The schemas that had no problems, by what was documented. */
interface Known {
  readonly inputs: Map<string, ObjectSchema>;
  readonly outputs: Map<string, Schema>;
}

interface Normalization<Normalized> {
  readonly file: string;
  readonly pointer: string;
  readonly make: (raw: SchemaNode, surroundings: BodySurroundings) => Normalized;
  readonly known: Map<string, Normalized>;
}

/** Normalises equal schemas without problems once: nearly all outputs are equal, and so are the inputs of a model's variants. */
function normalizeOnce<Normalized extends Schema>(
  raw: SchemaNode,
  { file, pointer, make, known }: Normalization<Normalized>,
  report: (diagnostic: Diagnostic) => void,
): Normalized {
  // JSON would make one text of 0 and -0.
  const key = pointer + serialize(raw).toString("latin1");
  const before = known.get(key);
  if (before !== undefined) return before;
  let isClean = true;
  const schema = make(raw, {
    pointer,
    report: ({ code, pointer: place, what, ...more }) => {
      isClean = false;
      report(diagnose(code, file, place, what, more));
    },
  });
  if (isClean) known.set(key, schema);
  return schema;
}

/** Opens the objects of an output: the service may add fields, and nobody is told of them before. */
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
  file: string,
  report: (diagnostic: Diagnostic) => void,
): { readonly [name: string]: Json } | null {
  if (example === undefined) return null;
  const issues = check(input, example);
  if (issues.length === 0) return example;
  const shown = issues.slice(0, 3).map(describeIssue).join("; ");
  const more = issues.length > 3 ? `; and ${issues.length - 3} more` : "";
  report(diagnose("example-does-not-fit", file, "/example", `The example does not fit: ${shown}${more}.`));
  return null;
}
