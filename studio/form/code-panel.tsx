import type { JSX } from "preact";
import { Button } from "../app/button.js";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ApiInput, CheckAnswer } from "../../src/studio/api-types.js";
import { explain } from "../api/requests.js";
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
        <div class="tabs" role="group" aria-label="Form of the code">
          {forms.map((one) => (
            <Button key={one} class="quiet small" aria-pressed={one === form} onClick={() => setForm(one)}>
              {one}
            </Button>
          ))}
        </div>
        <CopyButton text={texts[form]} label={`Copy the ${form}`} />
      </div>
      <div>
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

/**
 * The input's JSON. While a person edits it, the text stays as it is typed, and each text that can be read goes into the form at
 * once.
 */
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
    return `The form keeps the last input: ${explain(error)}`;
  }
}
