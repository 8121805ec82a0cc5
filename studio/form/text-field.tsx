import type { JSX } from "preact";
import type { ControlProps } from "./control-props.js";

/** Text of one line, or of many in a field that grows with it. */
export function TextField(props: ControlProps): JSX.Element {
  const { field, value } = props;
  const text = typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
  const { maxLength } = field.schema;
  const initial = typeof field.default === "string" ? field.default : "";
  const shared = {
    id: props.id,
    value: text,
    placeholder: initial,
    spellcheck: field.widget === "textarea",
    autocomplete: "off",
    "aria-describedby": props.describedBy,
    "aria-invalid": props.isInvalid,
    "aria-required": field.required,
    onInput: ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
      props.onChange(currentTarget.value === "" ? undefined : currentTarget.value),
  };
  return (
    <div class="text">
      {field.widget === "textarea" ? (
        <textarea {...shared} rows={field.role === "prompt" ? 4 : 2} />
      ) : (
        <input type="text" {...shared} />
      )}
      {maxLength !== undefined && (
        <span class="counter" data-over={text.length > maxLength || undefined}>
          {text.length.toLocaleString("en")} / {maxLength.toLocaleString("en")}
        </span>
      )}
    </div>
  );
}
