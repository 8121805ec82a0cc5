import type { JSX } from "preact";
import type { Json, Schema } from "../../src/input/model.js";
import { Icon } from "../app/icon.js";
import type { ControlProps } from "./field.js";
import { factsOf, isGiven } from "./given-files.js";
import { MediaDrop } from "./media-drop.js";
import { Preview } from "./preview.js";

/** One medium: its address, or a file that was dropped, pasted or chosen. */
export function FileField(props: ControlProps): JSX.Element {
  const value = typeof props.value === "string" ? props.value : "";
  return (
    <MediaDrop
      label={props.field.title}
      kind={kindOf(props.field.schema)}
      isEmpty={value === ""}
      takesMany={false}
      onFiles={([file]) => props.onChange(file)}
    >
      <MediaValue
        control={props}
        id={props.id}
        label={props.field.title}
        value={value}
        onChange={(next) => props.onChange(next === "" ? undefined : next)}
      />
    </MediaDrop>
  );
}

/** A list of media. */
export function FilesField(props: ControlProps): JSX.Element {
  const { field } = props;
  const values = Array.isArray(props.value) ? (props.value as readonly Json[]).map(String) : [];
  const { maxItems = Infinity, minItems = 0 } = field.schema;
  const setValues = (next: readonly string[]): void => props.onChange(next.length === 0 ? undefined : next);
  // One empty row to begin with; it is no value before something stands in it.
  const rows = values.length === 0 ? [""] : values;
  return (
    <MediaDrop
      label={field.title}
      kind={kindOf(field.schema)}
      isEmpty={values.length === 0}
      takesMany={maxItems > 1}
      onFiles={(files) => setValues([...values.filter((one) => one !== ""), ...files].slice(0, maxItems))}
    >
      {rows.map((value, at) => (
        <MediaValue
          key={at}
          control={props}
          id={at === 0 ? props.id : `${props.id}-${at}`}
          label={`${field.title}, ${at + 1}`}
          value={value}
          onChange={(next) =>
            setValues(rows.map((one, index) => (index === at ? next : one)).filter((one, index) => one !== "" || index < at))
          }
          onRemove={() => setValues(rows.filter((_, index) => index !== at))}
        />
      ))}
      <div class="list-foot">
        <button
          type="button"
          class="quiet small"
          disabled={rows.length >= maxItems || rows.at(-1) === ""}
          onClick={() => props.onChange([...rows, ""])}
        >
          <Icon name="plus" /> Add an address
        </button>
        <span class="hint">
          {values.length} of {limitWords(minItems, maxItems)}
        </span>
      </div>
    </MediaDrop>
  );
}

function limitWords(least: number, most: number): string {
  if (most === Infinity) return least > 0 ? `at least ${least}` : "any number";
  return least > 0 && least !== most ? `${least} to ${most}` : String(most);
}

function MediaValue(props: {
  control: ControlProps;
  id: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
  onRemove?: () => void;
}): JSX.Element {
  const { control, value } = props;
  const kind = kindOf(control.field.schema);
  const remove = props.onRemove ?? (() => props.onChange(""));
  const isFile = isGiven(value);
  return (
    <div class="media-value">
      <Preview value={value} kind={kind} />
      <div class="media-row">
        <input
          type="text"
          inputMode="url"
          id={props.id}
          aria-label={control.field.widget === "files" ? props.label : undefined}
          aria-describedby={control.describedBy}
          aria-invalid={control.isInvalid}
          autocomplete="off"
          spellcheck={false}
          placeholder="https://…"
          readOnly={isFile}
          value={isFile ? factsOf(value).name : value}
          onInput={({ currentTarget }) => props.onChange(currentTarget.value.trim())}
        />
        <button
          type="button"
          class="quiet square"
          aria-label={`Remove ${props.label}`}
          disabled={value === "" && props.onRemove === undefined}
          onClick={remove}
        >
          <Icon name="close" />
        </button>
      </div>
    </div>
  );
}

function kindOf({ "x-media": media, items }: Schema): "image" | "video" | "audio" | undefined {
  return media?.kind ?? items?.["x-media"]?.kind;
}
