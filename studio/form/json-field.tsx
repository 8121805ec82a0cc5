import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Json } from "../../src/input/model.js";
import type { ControlProps } from "./field.js";

/** A value of any shape as JSON. A text that is no JSON is kept as a text, so that the check tells the problem at the field. */
export function JsonField(props: ControlProps): JSX.Element {
  const { value } = props;
  const [text, setText] = useState(() => showJson(value));
  useEffect(() => {
    setText((now) => (JSON.stringify(parseJson(now)) === JSON.stringify(value) ? now : showJson(value)));
  }, [value]);
  return (
    <textarea
      class="code"
      rows={4}
      id={props.id}
      value={text}
      spellcheck={false}
      placeholder={props.field.default === undefined ? "JSON" : JSON.stringify(props.field.default)}
      aria-describedby={props.describedBy}
      aria-invalid={props.isInvalid}
      onInput={({ currentTarget }) => {
        setText(currentTarget.value);
        props.onChange(parseJson(currentTarget.value));
      }}
    />
  );
}

function showJson(value: Json | undefined): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value, undefined, 2);
}

function parseJson(text: string): Json | undefined {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
