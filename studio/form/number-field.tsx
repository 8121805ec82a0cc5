import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Json, Schema } from "../../src/input/model.js";
import type { ControlProps } from "./control-props.js";

/**
 * A number, with a slider beside it where its limits are near. The field is a text field with arrow keys: a browser's number field
 * changes when the wheel turns over it, and hides a text that is no number.
 */
export function NumberField(props: ControlProps): JSX.Element {
  const { field, value } = props;
  const [text, setText] = useState(() => showNumber(value));
  useEffect(() => {
    setText((now) => (parseNumber(now) === value ? now : showNumber(value)));
  }, [value]);
  const { minimum, maximum } = field.schema;
  const change = (next: string): void => {
    setText(next);
    props.onChange(parseNumber(next));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const direction = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (direction === undefined || event.isComposing || event.altKey) return;
    event.preventDefault();
    change(String(moveBy(field.schema, parseNumber(text) ?? field.default, direction)));
  };
  const shown = typeof value === "number" ? value : field.default;
  return (
    <div class="number">
      {field.widget === "slider" && (
        <input
          type="range"
          aria-label={`${field.title}, as a slider`}
          min={minimum}
          max={maximum}
          step={stepOf(field.schema)}
          value={typeof shown === "number" ? shown : minimum}
          onInput={({ currentTarget }) => change(currentTarget.value)}
        />
      )}
      <input
        type="text"
        inputMode={(minimum ?? -1) < 0 ? "text" : "decimal"}
        role="spinbutton"
        id={props.id}
        autocomplete="off"
        aria-describedby={props.describedBy}
        aria-invalid={props.isInvalid}
        aria-valuemin={minimum}
        aria-valuemax={maximum}
        aria-valuenow={typeof shown === "number" ? shown : undefined}
        aria-valuetext={typeof shown === "number" ? undefined : text || "empty"}
        value={text}
        placeholder={showNumber(field.default)}
        onInput={({ currentTarget }) => change(currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      {minimum !== undefined && maximum !== undefined && (
        <span class="range">
          {minimum.toLocaleString("en")} to {maximum.toLocaleString("en")}
        </span>
      )}
    </div>
  );
}

function showNumber(value: Json | undefined): string {
  return value === undefined ? "" : String(value);
}

/** The number that a text states; the text itself where it states no number, so that the check shows the problem at the field. */
function parseNumber(text: string): Json | undefined {
  const trimmed = text.trim().replace(",", ".");
  if (trimmed === "") return undefined;
  const number = Number(trimmed);
  return Number.isFinite(number) ? number : text;
}

function stepOf({ type, multipleOf, minimum, maximum }: Schema): number {
  if (multipleOf !== undefined) return multipleOf;
  if (type === "integer" || minimum === undefined || maximum === undefined) return 1;
  return 10 ** Math.floor(Math.log10((maximum - minimum) / 50));
}

function moveBy(schema: Schema, from: Json | undefined, direction: number): number {
  const { minimum = -Infinity, maximum = Infinity } = schema;
  const start = typeof from === "number" ? from : Math.max(minimum, 0);
  const moved = Number((start + direction * stepOf(schema)).toPrecision(12));
  return Math.min(maximum, Math.max(minimum, moved));
}
