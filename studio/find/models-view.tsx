import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { TakenKind } from "../../src/catalogue/taken-kinds.js";
import type { ModelList, ModelSummary } from "../../src/studio/api-types.js";
import { Icon } from "../app/icon.js";
import { go } from "../app/route.js";
import { showCount } from "../app/words.js";
import { models } from "../state/catalogue.js";
import { useStore } from "../state/store.js";
import { ModelCard } from "./model-card.js";
import { filter, filterModels, noFilter } from "./model-filter.js";

const inputs: readonly TakenKind[] = ["text", "image", "video", "audio"];
const outputs: readonly TakenKind[] = ["image", "video", "audio"];

export function ModelsView(): JSX.Element {
  const list = useStore(models, (now) => now);
  const all = list?.models;
  const chosen = useStore(filter, (now) => now);
  const found = useMemo(() => filterModels(all ?? [], chosen), [all, chosen]);
  useEffect(() => {
    document.title = "Models · Studio";
  }, []);
  return (
    <div class="models">
      <div class="find">
        <h1>What do you want to make?</h1>
        <SearchField found={found} />
        <Filters />
        <p class="quiet-text" role="status">
          {all === undefined ? "Loading the models…" : showCount(found.length, "model") + liveWords(list?.live)}
        </p>
      </div>
      {all !== undefined && found.length === 0 ? (
        <NothingFound />
      ) : (
        <ul class="cards" onKeyDown={moveAmongCards} aria-busy={all === undefined}>
          {all === undefined
            ? Array.from({ length: 12 }, (_, at) => <li key={at} class="card ghost" />)
            : found.map((model) => <ModelCard key={model.id} model={model} />)}
        </ul>
      )}
    </div>
  );
}

function SearchField({ found }: { found: readonly ModelSummary[] }): JSX.Element {
  const { text } = useStore(filter, (now) => now);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof Element && event.target.closest("input,textarea,select");
      if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);
  const onKeyDown = (event: KeyboardEvent): void => {
    // Enter while an input method composes a word chooses that word.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && found[0]) go({ view: "model", id: found[0].id });
    if (event.key === "Escape") filter.update((now) => ({ ...now, text: "" }));
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    document.querySelector<HTMLElement>(".cards a")?.focus();
  };
  return (
    <label class="search">
      <Icon name="search" />
      <span class="hidden">Search the models</span>
      <input
        ref={field}
        type="search"
        value={text}
        placeholder="Search: “seedance”, “upscale”, “lip sync”…"
        autocomplete="off"
        spellcheck={false}
        onInput={({ currentTarget }) => filter.update((now) => ({ ...now, text: currentTarget.value }))}
        onKeyDown={onKeyDown}
      />
      <kbd aria-hidden="true">/</kbd>
    </label>
  );
}

function Filters(): JSX.Element {
  const { takes, makes } = useStore(filter, (now) => now);
  const toggleTake = (kind: TakenKind): void => {
    const next = new Set(takes);
    if (!next.delete(kind)) next.add(kind);
    filter.update((now) => ({ ...now, takes: next }));
  };
  return (
    <div class="filters">
      <div role="group" aria-label="What goes in">
        <span class="group-name" aria-hidden="true">
          In
        </span>
        {inputs.map((kind) => (
          <Toggle key={kind} kind={kind} isOn={takes.has(kind)} onToggle={() => toggleTake(kind)} />
        ))}
      </div>
      <div role="group" aria-label="What comes out">
        <span class="group-name" aria-hidden="true">
          Out
        </span>
        {outputs.map((kind) => (
          <Toggle
            key={kind}
            kind={kind}
            isOn={makes === kind}
            onToggle={() => filter.update((now) => ({ ...now, makes: makes === kind ? undefined : kind }))}
          />
        ))}
      </div>
    </div>
  );
}

function Toggle(props: { kind: TakenKind; isOn: boolean; onToggle: () => void }): JSX.Element {
  return (
    <button type="button" class="chip" aria-pressed={props.isOn} onClick={props.onToggle}>
      <Icon name={props.kind} />
      {props.kind}
    </button>
  );
}

function NothingFound(): JSX.Element {
  return (
    <div class="empty">
      <h2>No model fits</h2>
      <p>Try fewer letters, or other kinds of input and output.</p>
      <button type="button" onClick={() => filter.set(noFilter)}>
        Show all models
      </button>
    </div>
  );
}

function liveWords(live: ModelList["live"] | undefined): string {
  if (live === "loading") return "; the service's own list is being read…";
  return live === "failed" ? "; the service's own list could not be read" : "";
}

/** Arrow keys go from card to card, as they lie on the screen; up from the first row leads back to the search. */
function moveAmongCards(event: KeyboardEvent): void {
  const steps: { readonly [key: string]: number } = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 0, ArrowUp: 0 };
  if (!(event.key in steps) || event.altKey || event.ctrlKey || event.metaKey) return;
  const links = [...document.querySelectorAll<HTMLElement>(".cards .card-link")];
  const at = links.findIndex((link) => link === document.activeElement);
  if (at < 0) return;
  event.preventDefault();
  const columns = countColumns(links);
  const step = event.key === "ArrowDown" ? columns : event.key === "ArrowUp" ? -columns : (steps[event.key] ?? 0);
  const target = links[at + step];
  if (target) target.focus();
  else if (event.key === "ArrowUp") document.querySelector<HTMLElement>(".search input")?.focus();
}

function countColumns(links: readonly HTMLElement[]): number {
  const top = links[0]?.closest("li")?.offsetTop;
  const below = links.findIndex((link) => link.closest("li")?.offsetTop !== top);
  return below < 0 ? links.length : below;
}
