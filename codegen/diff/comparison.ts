import type { Change } from "../changes/spec-changes.js";
import { compareText } from "../text/text-order.js";
import { compareForPeople } from "../changes/visible-changes.js";
import type { SpecState } from "./spec-states.js";

/** The kinds of change, from those that ask most of the users of generated types to those that ask nothing. */
export const kinds = ["breaking", "compatible", "wording"] as const;
export type Kind = (typeof kinds)[number];

/** The changes of one model. */
export interface ModelChange {
  readonly id: string;
  readonly state: "added" | "removed" | "changed";
  /** The gravest of its changes. */
  readonly kind: Kind;
  readonly changes: readonly Change[];
}

/** Everything that changed between two states. */
export interface Comparison {
  readonly from: string;
  readonly to: string;
  /** By id, in code point order. */
  readonly models: readonly ModelChange[];
  /** The gravest change of all; undefined where there is none. */
  readonly kind: Kind | undefined;
  /** Files that could not be compared, with what is wrong. */
  readonly unreadable: readonly { readonly id: string; readonly in: string; readonly reason: string }[];
}

/** Compares two states of the specs, model by model. */
export function compareStates(before: SpecState, after: SpecState): Comparison {
  const broken = new Set([...before.unreadable.keys(), ...after.unreadable.keys()]);
  const ids = [...new Set([...before.specs.keys(), ...after.specs.keys()])].filter((id) => !broken.has(id));
  const models: ModelChange[] = [];
  for (const id of ids.sort(compareText)) {
    const [old, now] = [before.specs.get(id), after.specs.get(id)];
    const changes = compareForPeople(id, old, now);
    const kind = gravest(changes.map((change) => change.kind));
    if (kind === undefined) continue;
    models.push({
      id,
      state: old === undefined ? "added" : now === undefined ? "removed" : "changed",
      kind,
      changes,
    });
  }
  const unreadable = [before, after].flatMap((state) =>
    [...state.unreadable].map(([id, reason]) => ({ id, in: state.name, reason })),
  );
  return {
    from: before.name,
    to: after.name,
    models,
    kind: gravest(models.map(({ kind }) => kind)),
    unreadable,
  };
}

function gravest(found: readonly Kind[]): Kind | undefined {
  return kinds.find((kind) => found.includes(kind));
}

/** The next version's step by semantic versioning, and the one that it is while the version is 0.x. */
export function stepOf(kind: Kind | undefined): { readonly step: Step; readonly zeroStep: Step } {
  if (kind === undefined) return { step: "none", zeroStep: "none" };
  const step = kind === "breaking" ? "major" : kind === "compatible" ? "minor" : "patch";
  return { step, zeroStep: kind === "breaking" ? "minor" : "patch" };
}

/** A step of a version number. */
export type Step = "major" | "minor" | "patch" | "none";
