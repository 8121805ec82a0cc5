import { count } from "../text/counted-noun.js";
import { printable } from "../text/terminal-text.js";
import { kinds, stepOf } from "./comparison.js";
import type { Comparison, ModelChange } from "./comparison.js";

/** Prints the comparison as lines for people: the summary first, then the models, the gravest changes first. */
export function describeComparison({ from, to, models, kind }: Comparison): string[] {
  if (kind === undefined)
    return [`No model changed from ${printable(from)} to ${printable(to)}. No new version is needed.`];
  const { step, zeroStep } = stepOf(kind);
  const zero = zeroStep === step ? "" : ` (${zeroStep} while the version is 0.x)`;
  const sorted = kinds.flatMap((each) => models.filter((model) => model.kind === each));
  return [
    `${count(models.length, "model")} changed from ${printable(from)} to ${printable(to)}: ${countKinds(models)}.`,
    `Next version: ${step}${zero}.`,
    ...sorted.flatMap((model) => ["", ...describeModel(model)]),
  ];
}

function describeModel({ id, state, kind, changes }: ModelChange): string[] {
  const head = printable(`${kind.padEnd(10)} ${state} ${id}`);
  if (state !== "changed") return [head];
  const width = Math.max(...changes.map((change) => change.kind.length));
  return [
    head,
    ...changes.map((change) =>
      printable(`  ${change.kind.padEnd(width)}  ${change.pointer || "/"}: ${change.message}`),
    ),
  ];
}

function countKinds(models: readonly ModelChange[]): string {
  return kinds
    .map((kind) => [kind, models.filter((model) => model.kind === kind).length] as const)
    .filter(([, amount]) => amount > 0)
    .map(([kind, amount]) => `${amount} ${kind}`)
    .join(", ");
}

/** The comparison as one JSON document for machines. */
export function printJson({ from, to, kind, models, unreadable }: Comparison): string {
  const { step, zeroStep } = stepOf(kind);
  const plain = models.map(({ changes, ...model }) => ({
    ...model,
    changes: changes.map(({ pointer, kind: each, message }) => ({ pointer, kind: each, message })),
  }));
  return JSON.stringify(
    { from, to, kind: kind ?? null, step, stepWhile0x: zeroStep, models: plain, unreadable },
    null,
    2,
  );
}
