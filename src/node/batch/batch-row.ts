/** One row of a batch. */
export interface BatchRow {
  /** Default: made from the input and its occurrence, so that three equal rows are three jobs. */
  readonly key?: string | undefined;
  readonly input: { readonly [name: string]: unknown };
  /** The line of the file on which the row begins, counted from 1; of other rows their number. */
  readonly line?: number | undefined;
  /** The reasons why the row could not be read as it is meant. Such a row is never sent. */
  readonly problems?: readonly RowProblem[] | undefined;
}

/** A problem of one row. */
export interface RowProblem {
  readonly line: number;
  readonly key?: string | undefined;
  /** The field, as code writes it: `loras[0].path`. Absent where the row as a whole is meant. */
  readonly field?: string | undefined;
  readonly message: string;
}
