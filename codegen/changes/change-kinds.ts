import type { Fields, Value } from "../../src/dialect/notation/fields.js";

/** The weight of a change for code that works today. */
export type Kind = "breaking" | "compatible" | "wording";

/** The direction of values: an input is sent by our users, an output is read by them. */
export type Side = "input" | "output";

/** The effect of a change on the set of values: `other` cannot be judged, `neutral` changes no value's validity. */
export type Effect = "narrower" | "wider" | "other" | "neutral" | "wording";

/** Receives one change. */
export type Note = (pointer: string, effect: Effect, message: string) => void;

/** A place in two schemas that are compared. */
export interface Place {
  readonly pointer: string;
  readonly side: Side;
  readonly note: Note;
  /** True where the schemas stand beside others that describe the same value, so that its fields may be described there. */
  readonly isCondition?: boolean;
  /** True where the service applies a default here. */
  readonly applied: boolean;
  /** The two whole schemas, into which references lead. */
  readonly roots: Roots;
  /** The references that led here on both sides. */
  readonly trail: readonly string[];
  /** Compares the two schemas at, or beside, this place. */
  readonly compare: (before: Value | undefined, after: Value | undefined, place: Place) => void;
}

/** The two schemas that a comparison began with. */
export interface Roots {
  readonly old: Fields;
  readonly now: Fields;
  readonly pointer: string;
  /** True where there is any reference, so that equal texts may mean different things. */
  readonly linked: boolean;
  /** The number of parts that may still be compared. */
  readonly budget: { left: number };
}

/**
 * Decides the kind of a change. A narrower input breaks those who send it, a wider output breaks those who read it; a change that
 * cannot be judged counts as breaking.
 */
export function kindOf(effect: Effect, side: Side): Kind {
  if (effect === "wording") return "wording";
  if (effect === "neutral") return "compatible";
  if (effect === "other") return "breaking";
  return (effect === "narrower") === (side === "input") ? "breaking" : "compatible";
}

/** Prints a value for a message, shortened. */
export function show(value: unknown): string {
  const text =
    typeof value === "bigint"
      ? String(value)
      : (JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? String(item) : item)) ??
        "nothing");
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
