import type { JSX } from "preact";
import type { Json } from "../../src/input/model.js";
import { Icon } from "../app/icon.js";
import type { ControlProps } from "./field.js";

/** A list of texts or numbers, one a line of its own. */
export function ListField(props: ControlProps): JSX.Element {
  const { field, value } = props;
  const items: readonly Json[] = Array.isArray(value) ? (value as readonly Json[]) : [];
  const most = field.schema.maxItems ?? Infinity;
  const isNumeric = field.schema.items?.type !== "string";
  const setItems = (next: readonly Json[]): void => props.onChange(next.length === 0 ? undefined : next);
  const read = (text: string): Json => {
    const number = Number(text);
    return isNumeric && text.trim() !== "" && Number.isFinite(number) ? number : text;
  };
  return (
    <div class="list">
      {items.map((item, at) => (
        <div class="list-item" key={at}>
          <input
            type="text"
            id={at === 0 ? props.id : undefined}
            aria-label={`${field.title}, ${at + 1}`}
            aria-invalid={props.isInvalid}
            value={String(item)}
            onInput={({ currentTarget }) =>
              setItems(items.map((one, index) => (index === at ? read(currentTarget.value) : one)))
            }
          />
          <button
            type="button"
            class="quiet square"
            aria-label={`Remove ${field.title}, ${at + 1}`}
            onClick={() => setItems(items.filter((_, index) => index !== at))}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      <button
        type="button"
        class="quiet"
        id={items.length === 0 ? props.id : undefined}
        disabled={items.length >= most}
        onClick={() => setItems([...items, ""])}
      >
        <Icon name="plus" /> Add
      </button>
    </div>
  );
}
