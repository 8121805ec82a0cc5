import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ApiInput, CheckAnswer } from "../../src/studio/api-types.js";
import { CopyButton } from "../app/copy-button.js";
import { parseInput } from "./draft.js";

const forms = ["JSON", "TypeScript", "Command"] as const;
type Form = (typeof forms)[number];

interface CodePanelProps {
  readonly input: ApiInput;
  readonly answer: CheckAnswer | undefined;
  readonly onInput: (input: ApiInput) => void;
}

/** The same input as JSON, which can be edited, as a program and as a command. */
export function CodePanel({ input, answer, onInput }: CodePanelProps): JSX.Element {
  const [form, setForm] = useState<Form>("JSON");
  const json = JSON.stringify(input, undefined, 2);
  const texts = { JSON: json, TypeScript: answer?.typescript ?? "", Command: answer?.command ?? "" };
  return (
    <section class="panel code-panel" aria-label="The input as code">
      <div class="panel-head">
        <Tabs chosen={form} choose={setForm} />
        <CopyButton text={texts[form]} label={`Copy the ${form}`} />
      </div>
      <div role="tabpanel" id="code-tab" aria-labelledby={`tab-${form}`}>
        {form === "JSON" ? (
          <JsonEditor json={json} onInput={onInput} />
        ) : (
          <pre class="code" tabIndex={0} aria-label={form}>
            {texts[form]}
          </pre>
        )}
      </div>
    </section>
  );
}

function Tabs({ chosen, choose }: { chosen: Form; choose: (form: Form) => void }): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = ({ key }: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: forms.length - 1 }[key];
    const next = step === undefined ? undefined : forms[(forms.indexOf(chosen) + step) % forms.length];
    if (next === undefined) return;
    choose(next);
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <div role="tablist" class="tabs" aria-label="Form of the code" ref={list} onKeyDown={onKeyDown}>
      {forms.map((form) => (
        <button
          type="button"
          role="tab"
          key={form}
          id={`tab-${form}`}
          aria-selected={form === chosen}
          aria-controls="code-tab"
          tabIndex={form === chosen ? 0 : -1}
          onClick={() => choose(form)}
        >
          {form}
        </button>
      ))}
    </div>
  );
}

/** The input's JSON. While a person edits it, the text stays as it is typed; what can be read goes into the form at once. */
function JsonEditor({ json, onInput }: { json: string; onInput: (input: ApiInput) => void }): JSX.Element {
  const [text, setText] = useState(json);
  const isValid = parseInput(text) !== undefined;
  const seen = useRef(json);
  useEffect(() => {
    if (seen.current === json) return;
    seen.current = json;
    setText((now) => (JSON.stringify(parseInput(now), undefined, 2) === json ? now : json));
  }, [json]);
  return (
    <>
      <textarea
        class="code"
        aria-label="The input as JSON"
        aria-invalid={!isValid}
        aria-describedby="json-problem"
        spellcheck={false}
        value={text}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          const input = parseInput(currentTarget.value);
          if (input) onInput(input);
        }}
      />
      <p class="json-problem" id="json-problem" role="status">
        {isValid ? "" : explainJson(text)}
      </p>
    </>
  );
}

function explainJson(text: string): string {
  try {
    JSON.parse(text);
    return "The input is an object: begin with { and end with }.";
  } catch (error) {
    return `Not JSON yet; the form keeps the last input. ${error instanceof Error ? error.message : ""}`;
  }
}
