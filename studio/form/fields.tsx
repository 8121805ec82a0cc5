import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { FieldDescription } from "../../src/catalogue/describe.js";
import type { Json } from "../../src/input/model.js";
import type { ApiInput, ApiIssue } from "../../src/studio/api-types.js";
import { showCount } from "../app/words.js";
import { issuesOf } from "./check.js";
import { Field } from "./field.js";

interface FieldsProps {
  readonly fields: readonly FieldDescription[];
  /** The number of fields that are never folded. */
  readonly main: number;
  readonly input: ApiInput;
  readonly issues: readonly ApiIssue[];
  readonly onChange: (name: string, value: Json | undefined) => void;
}

/** All fields: the main ones first, the rest folded until a person opens it or a problem lies in it. */
export function Fields({ fields, main, input, issues, onChange }: FieldsProps): JSX.Element {
  const rest = fields.slice(main);
  const [isOpen, setOpen] = useState(false);
  const hidden = rest.flatMap(({ name }) => issuesOf(issues, name));
  const hasHidden = hidden.length > 0;
  useEffect(() => {
    if (hasHidden) setOpen(true);
  }, [hasHidden]);
  const used = rest.filter(({ name }) => Object.hasOwn(input, name)).length;
  const draw = (field: FieldDescription): JSX.Element => (
    <Field
      key={field.name}
      field={field}
      value={Object.hasOwn(input, field.name) ? input[field.name] : undefined}
      issues={issuesOf(issues, field.name)}
      onChange={onChange}
    />
  );
  return (
    <div class="fields">
      {fields.slice(0, main).map(draw)}
      {rest.length > 0 && (
        <details class="rest" open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
          <summary>
            {showCount(rest.length, "more setting")}
            {used > 0 && <span class="quiet-text"> · {used} set</span>}
          </summary>
          {rest.map(draw)}
        </details>
      )}
    </div>
  );
}
