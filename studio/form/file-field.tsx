import type { JSX } from "preact";
import { Button } from "../app/button.js";
import type { Json, Schema } from "../../src/input/model.js";
import { Icon } from "../app/icon.js";
import type { ControlProps } from "./control-props.js";
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
        onRemove={() => props.onChange(undefined)}
      />
    </MediaDrop>
  );
}

/** A list of media, with an empty row at its end for one more. */
export function FilesField(props: ControlProps): JSX.Element {
  const { field } = props;
  const values = Array.isArray(props.value) ? (props.value as readonly Json[]).map(String) : [];
  const { maxItems = Infinity } = field.schema;
  const rows = values.length < maxItems ? [...values, ""] : values;
  const setRows = (next: readonly string[]): void => {
    // A row that was emptied stays in its place, or the next address would move under the cursor.
    const end = next.findLastIndex((row) => row !== "") + 1;
    props.onChange(end === 0 ? undefined : next.slice(0, end));
  };
  return (
    <MediaDrop
      label={field.title}
      kind={kindOf(field.schema)}
      isEmpty={values.length === 0}
      takesMany={maxItems > 1}
      onFiles={(files) => setRows([...values.filter(Boolean), ...files].slice(0, maxItems))}
    >
      {rows.map((value, at) => (
        <MediaValue
          key={at}
          control={props}
          id={at === 0 ? props.id : `${props.id}-${at}`}
          label={`${field.title}, ${at + 1}`}
          value={value}
          onChange={(next) => setRows(rows.with(at, next))}
          onRemove={() => setRows(rows.toSpliced(at, 1))}
        />
      ))}
    </MediaDrop>
  );
}

function MediaValue(props: {
  control: ControlProps;
  id: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
  onRemove: () => void;
}): JSX.Element {
  const { control, value } = props;
  const kind = kindOf(control.field.schema);
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
        <Button
          class="quiet square"
          aria-label={`Remove ${props.label}`}
          disabled={value === ""}
          onClick={props.onRemove}
        >
          <Icon name="close" />
        </Button>
      </div>
    </div>
  );
}

function kindOf({ "x-media": media, items }: Schema): "image" | "video" | "audio" | undefined {
  return media?.kind ?? items?.["x-media"]?.kind;
}
