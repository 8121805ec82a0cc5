import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Json } from "../../src/input/model.js";
import type { ControlProps } from "./control-props.js";

/** A value of any shape as JSON. Any other text is kept as a text, so that the check tells the problem at the field. */
export function JsonField(props: ControlProps): JSX.Element {
  const { field, value } = props;
  const [text, setText] = useState(() => showJson(value));
  useEffect(() => {
    setText((now) => (JSON.stringify(readJson(now)) === JSON.stringify(value) ? now : showJson(value)));
  }, [value]);
  return (
    <textarea
      class="code"
      id={props.id}
      value={text}
      spellcheck={false}
      placeholder={showJson(field.default) || (field.widget === "list" ? '["one", "two"]' : "JSON")}
      aria-describedby={props.describedBy}
      aria-invalid={props.isInvalid}
      onInput={({ currentTarget }) => {
        setText(currentTarget.value);
        props.onChange(readJson(currentTarget.value));
      }}
    />
  );
}

function showJson(value: Json | undefined): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value, undefined, 2);
}

function readJson(text: string): Json | undefined {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
