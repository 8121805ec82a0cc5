import type { ComponentChildren, JSX } from "preact";
import { Button } from "../app/button.js";
import type { FieldDescription } from "../../src/catalogue/describe.js";
import type { Json } from "../../src/input/model.js";
import type { ApiIssue } from "../../src/studio/api-types.js";
import { Icon } from "../app/icon.js";
import { capitalize, Marked } from "../app/marked.js";
import type { ControlProps } from "./control-props.js";
import { ChoiceField } from "./choice-field.js";
import { FileField, FilesField } from "./file-field.js";
import { JsonField } from "./json-field.js";
import { NumberField } from "./number-field.js";
import { SwitchField } from "./switch-field.js";
import { TextField } from "./text-field.js";

export interface FieldProps {
  readonly field: FieldDescription;
  readonly value: Json | undefined;
  readonly issues: readonly ApiIssue[];
  readonly onChange: (name: string, value: Json | undefined) => void;
}

/** A field of the form: its label, its control, its description, and its problems, for which a place is kept. */
export function Field({ field, value, issues, onChange }: FieldProps): JSX.Element {
  const id = `field-${field.name}`;
  const errors = issues.filter(({ severity }) => severity !== "warning");
  const isGroup = groups.has(field.widget);
  const control: ControlProps = {
    field,
    id,
    value,
    isInvalid: errors.length > 0,
    describedBy: `${id}-issues ${id}-help`,
    onChange: (next) => onChange(field.name, next),
  };
  return (
    <div
      class="field"
      id={`${id}-frame`}
      data-invalid={errors.length > 0 || undefined}
      {...(isGroup && {
        role: "group",
        "aria-labelledby": `${id}-label`,
        "aria-describedby": control.describedBy,
      })}
    >
      <Label isGroup={isGroup} id={id} field={field}>
        {value !== undefined && field.default !== undefined && (
          <Button
            class="quiet reset"
            title={`Back to the default: ${JSON.stringify(field.default)}`}
            onClick={() => control.onChange(undefined)}
          >
            <Icon name="again" />
            <span class="hidden">Set {field.title} back to its default</span>
          </Button>
        )}
      </Label>
      <Control {...control} />
      <p class="help" id={`${id}-help`}>
        <Marked text={field.description} />
      </p>
      <ul class="issues" id={`${id}-issues`} aria-live="polite">
        {issues.map(({ path, message, severity }) => (
          <li key={path + message} class={severity === "warning" ? "warning" : undefined}>
            <Icon name="warning" />
            <Marked text={capitalize(message)} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Controls of several parts are named as a group. */
const groups: ReadonlySet<string> = new Set(["choice", "files"]);

function Label(props: {
  isGroup: boolean;
  id: string;
  field: FieldDescription;
  children: ComponentChildren;
}): JSX.Element {
  const { title, name, required, unit } = props.field;
  const words = (
    <>
      <span class="title">{title}</span>
      {required ? <span class="needed">required</span> : undefined}
      {unit !== undefined && <span class="unit">{unit}</span>}
      <code class="name">{name}</code>
    </>
  );
  return (
    <div class="label">
      {props.isGroup ? (
        <span id={`${props.id}-label`}>{words}</span>
      ) : (
        <label for={props.id} id={`${props.id}-label`}>
          {words}
        </label>
      )}
      {props.children}
    </div>
  );
}

function Control(props: ControlProps): JSX.Element {
  switch (props.field.widget) {
    case "choice":
      return <ChoiceField {...props} />;
    case "slider":
    case "number":
      return <NumberField {...props} />;
    case "switch":
      return <SwitchField {...props} />;
    case "file":
      return <FileField {...props} />;
    case "files":
      return <FilesField {...props} />;
    case "text":
    case "textarea":
      return <TextField {...props} />;
    case "list":
    case "json":
      return <JsonField {...props} />;
  }
}
