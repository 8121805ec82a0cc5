import type { JSX } from "preact";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ApiInput, ApiIssue, ModelDetail } from "../../src/studio/api-types.js";
import { connection, explain } from "../api/requests.js";
import { linkTo } from "../app/route.js";
import { useTitle } from "../app/title.js";
import { RunList } from "../jobs/run-list.js";
import { announce } from "../state/announcer.js";
import { loadDetails } from "../state/catalogue.js";
import { useStore } from "../state/store.js";
import { issuesOf, nameOf, useCheck } from "./check.js";
import { CodePanel } from "./code-panel.js";
import { openDraft, setField } from "./draft.js";
import { Examples } from "./examples.js";
import { Fields } from "./fields.js";
import { giveToFirst } from "./given-files.js";
import { ModelHead } from "./model-head.js";
import { RunBar } from "./run-bar.js";
import { useRun } from "./run.js";

export function ModelView({ id }: { id: string }): JSX.Element {
  const [details, setDetails] = useState<ModelDetail>();
  const [problem, setProblem] = useState<string>();
  const isOpen = useStore(connection, (now) => now === "open");
  useEffect(() => {
    if (!isOpen || details !== undefined) return;
    loadDetails(id).then(setDetails, (error: unknown) => setProblem(explain(error)));
  }, [id, isOpen, details]);
  if (problem !== undefined && details === undefined && isOpen) return <Missing problem={problem} />;
  return details === undefined ? <Ghost id={id} /> : <Form details={details} />;
}

function Form({ details }: { details: ModelDetail }): JSX.Element {
  const { id, title } = details.description;
  const draft = openDraft(id);
  const input = useStore(draft);
  const check = useCheck(id, input);
  const run = useRun(id, input, check);
  const setInput = draft.set;
  const change = useCallback(
    (name: string, value: ApiInput[string] | undefined) => draft.update((now) => setField(now, name, value)),
    [draft],
  );
  useTitle(title);
  useCtrlEnter(run.goOn);
  usePastedFiles();
  const issues = useMemo(() => {
    // An empty field is no problem before the first check.
    const isFilled = ({ path }: ApiIssue): boolean => Object.hasOwn(input, nameOf(path));
    return run.isTried ? check.issues : check.issues.filter(isFilled);
  }, [check.issues, input, run.isTried]);
  const load = (next: ApiInput): void => {
    const before = draft.get();
    setInput(next);
    if (Object.keys(before).length > 0) {
      announce("The form was replaced.", { label: "Undo", run: () => setInput(before) });
    }
  };
  const known = details.description.fields.flatMap(({ name }) => issuesOf(issues, name));
  return (
    <div class="model">
      <ModelHead details={details} />
      <form class="form" aria-label={`Input of ${title}`} noValidate onSubmit={stay}>
        <Examples examples={details.examples} hasInput={Object.keys(input).length > 0} load={load} />
        <Fields
          fields={details.description.fields}
          main={details.mainFields}
          input={input}
          issues={issues}
          onChange={change}
        />
        <RunBar run={run} check={check} otherIssues={issues.filter((issue) => !known.includes(issue))} />
      </form>
      <div class="side">
        <CodePanel input={input} answer={check.answer} onInput={setInput} />
        <RunList model={id} />
      </div>
    </div>
  );
}

/** Enter in a field of one line sends nothing. */
function stay(event: Event): void {
  event.preventDefault();
}

/** Ctrl+Enter, or Command+Enter, is the run bar's button, wherever the focus is in the page. */
function useCtrlEnter(goOn: () => void): void {
  const newest = useRef(goOn);
  newest.current = goOn;
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      // A key that is held down must not pay twice, and a word that an input method composes is not finished.
      if (event.isComposing || event.keyCode === 229 || event.repeat) return;
      event.preventDefault();
      newest.current();
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);
}

function usePastedFiles(): void {
  useEffect(() => {
    const listen = (event: ClipboardEvent): void => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0 || event.defaultPrevented) return;
      event.preventDefault();
      if (!giveToFirst(files)) announce("This form has no field for that file.");
    };
    addEventListener("paste", listen);
    return () => removeEventListener("paste", listen);
  }, []);
}

function Missing({ problem }: { problem: string }): JSX.Element {
  return (
    <div class="empty">
      <h1>There is no such model here</h1>
      <p>{problem}</p>
      <a class="button" href={linkTo({ view: "models" })}>
        All models
      </a>
    </div>
  );
}

/** The frame of the view while the model is on its way, of the same sizes. */
function Ghost({ id }: { id: string }): JSX.Element {
  return (
    <div class="model" aria-busy="true">
      <h1 class="ghost-text">{id}</h1>
    </div>
  );
}
