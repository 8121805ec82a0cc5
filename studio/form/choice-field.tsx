import type { JSX } from "preact";
import type { Json } from "../../src/input/model.js";
import type { ControlProps } from "./control-props.js";

/** The most letters, with their marks, of values that are shown side by side. */
const mostLetters = 100;

/** One of a few values as chips, of many as a list. The default is shown as chosen while the input leaves the field out. */
export function ChoiceField(props: ControlProps): JSX.Element {
  const { field, value } = props;
  const values = field.schema.enum ?? (field.schema.const === undefined ? [] : [field.schema.const]);
  const shown = value ?? field.default;
  const fitsChips = values.length <= 16 && JSON.stringify(values).length <= mostLetters;
  if (!fitsChips) return <ChoiceList {...props} values={values} shown={shown} />;
  return (
    <div class="chips">
      {values.map((one, at) => (
        <label class="chip" key={showValue(one)} data-default={value === undefined || undefined}>
          <input
            type="radio"
            id={at === 0 ? props.id : undefined}
            name={props.id}
            checked={isSame(one, shown)}
            aria-invalid={props.isInvalid}
            onChange={() => props.onChange(one)}
          />
          {showValue(one)}
        </label>
      ))}
    </div>
  );
}

function ChoiceList(
  props: ControlProps & { readonly values: readonly Json[]; readonly shown: Json | undefined },
): JSX.Element {
  const at = props.values.findIndex((one) => isSame(one, props.shown));
  const isForeign = props.shown !== undefined && at < 0;
  return (
    <select
      id={props.id}
      aria-labelledby={`${props.id}-label`}
      aria-describedby={props.describedBy}
      aria-invalid={props.isInvalid}
      value={isForeign ? "foreign" : String(at)}
      onChange={({ currentTarget }) => props.onChange(props.values[Number(currentTarget.value)])}
    >
      {at < 0 && !isForeign && <option value="-1">Choose…</option>}
      {isForeign && <option value="foreign">{showValue(props.shown ?? "")}</option>}
      {props.values.map((one, index) => (
        <option key={showValue(one)} value={String(index)}>
          {showValue(one)}
          {isSame(one, props.field.default) ? " (default)" : ""}
        </option>
      ))}
    </select>
  );
}

function showValue(value: Json): string {
  return typeof value === "string" ? value || "(empty)" : JSON.stringify(value);
}

function isSame(a: Json | undefined, b: Json | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
