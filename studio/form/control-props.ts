import type { FieldDescription } from "../../src/catalogue/describe.js";
import type { Json } from "../../src/input/model.js";

/** The properties of every form control. */
export interface ControlProps {
  readonly field: FieldDescription;
  /** The id of the control that the label names. */
  readonly id: string;
  /** The value in the input; `undefined` where it is left out. */
  readonly value: Json | undefined;
  readonly isInvalid: boolean;
  /** The ids of the texts that describe the control. */
  readonly describedBy: string;
  readonly onChange: (value: Json | undefined) => void;
}
