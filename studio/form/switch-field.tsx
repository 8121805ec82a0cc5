import type { JSX } from "preact";
import type { ControlProps } from "./control-props.js";

export function SwitchField(props: ControlProps): JSX.Element {
  const isOn = (props.value ?? props.field.default) === true;
  return (
    <span class="switch">
      <input
        type="checkbox"
        role="switch"
        id={props.id}
        checked={isOn}
        aria-describedby={props.describedBy}
        aria-invalid={props.isInvalid}
        onChange={({ currentTarget }) => props.onChange(currentTarget.checked)}
      />
      <span aria-hidden="true">{isOn ? "on" : "off"}</span>
    </span>
  );
}
