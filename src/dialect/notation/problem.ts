/** The kinds of problems that normalising can meet. The generator has the meaning of each in its table of codes. */
export type ProblemCode =
  | "bad-reference"
  | "contradictory-limits"
  | "default-does-not-fit"
  | "default-outside-enum"
  | "duplicate-enum-value"
  | "empty-enum"
  | "enum-type-mismatch"
  | "example-does-not-fit"
  | "no-input"
  | "no-properties"
  | "not-an-object"
  | "number-as-name"
  | "required-without-property"
  | "too-deep"
  | "unenforced-keyword"
  | "unknown-format"
  | "unknown-key"
  | "unknown-keyword"
  | "unknown-type"
  | "unknown-validation"
  | "unresolved-title"
  | "unsafe-field"
  | "wrong-shape";

/** Something in a documented schema that could not be kept as it was, or that is doubtful. */
export interface SchemaProblem {
  readonly code: ProblemCode;
  /** JSON pointer of the place. */
  readonly pointer: string;
  /** A sentence that says what is wrong. */
  readonly what: string;
  /** How to fix it, where the code alone does not tell. */
  readonly fix?: string;
  /** The sentence of the rule that found it. */
  readonly rule?: string;
}
