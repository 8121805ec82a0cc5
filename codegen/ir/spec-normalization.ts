import { serialize } from "node:v8";
import type { BodySurroundings } from "../../src/dialect/body-normalization.js";
import { normalizeSpec, plainSteps } from "../../src/dialect/spec/documented-model.js";
import type { SchemaSteps } from "../../src/dialect/spec/documented-model.js";
import type { SchemaNode } from "../../src/dialect/notation/schema-node.js";
import { show } from "../../src/errors/issue.js";
import { compareText } from "../text/text-order.js";
import { diagnose, diagnoseProblem } from "../diagnostics/diagnostic.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { SpecFile } from "../specs/model/spec.js";
import type { ApiModel } from "./api.js";
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
  // Nearly all outputs are equal, and so are the inputs of a model's variants.
  const steps: SchemaSteps = { input: oncePerText(plainSteps.input), output: oncePerText(plainSteps.output) };
  const models = specs.map((spec) =>
    normalizeSpec(spec, (problem) => report(diagnoseProblem(problem, spec.file)), steps),
  );
  return { models: [...models, ...known.values()].sort((a, b) => compareText(a.id, b.id)), diagnostics };
}

function reportId({ id, file }: SpecFile, report: (diagnostic: Diagnostic) => void) {
  const problem = checkId(id);
  if (problem !== undefined) report(diagnose("unsafe-name", file, "", problem));
  else if (!isUsualId(id))
    report(diagnose("unusual-id", file, "", `The id ${show(id)} has an unusual number of parts.`));
}

/** A step that runs once for equal schemas at the same place, if they have no problems. */
function oncePerText<Normalized>(
  step: (raw: SchemaNode, surroundings: BodySurroundings) => Normalized,
): (raw: SchemaNode, surroundings: BodySurroundings) => Normalized {
  const known = new Map<string, Normalized>();
  return (raw, { pointer, report }) => {
    // JSON writes 0 and -0 alike.
    const key = pointer + serialize(raw).toString("latin1");
    const before = known.get(key);
    if (before !== undefined) return before;
    let isClean = true;
    const schema = step(raw, {
      pointer,
      report: (problem) => {
        isClean = false;
        report(problem);
      },
    });
    if (isClean) known.set(key, schema);
    return schema;
  };
}
