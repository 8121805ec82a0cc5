import type { JSX } from "preact";
import { Button } from "../app/button.js";
import { useMemo } from "preact/hooks";
import type { TakenKind } from "../../src/catalogue/taken-kinds.js";
import type { ModelList, ModelSummary } from "../../src/studio/api-types.js";
import { moveByArrow } from "../app/arrow-keys.js";
import { Icon } from "../app/icon.js";
import { go } from "../app/route.js";
import { useTitle } from "../app/title.js";
import { showCount } from "../app/words.js";
import { models } from "../state/catalogue.js";
import { useStore } from "../state/store.js";
import { ModelCard } from "./model-card.js";
import { filter, filterModels, noFilter } from "./model-filter.js";

export function ModelsView(): JSX.Element {
  const list = useStore(models);
  const all = list?.models;
  const chosen = useStore(filter);
  const found = useMemo(() => filterModels(all ?? [], chosen), [all, chosen]);
  useTitle("Models");
  return (
    <div class="models">
      <div class="find">
        <h1>What do you want to make?</h1>
        <SearchField found={found} />
        <Filters />
        <p class="quiet-text" role="status">
          {all === undefined
            ? "Loading the models…"
            : showCount(found.length, "model") + liveWords(list?.live)}
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
  const { text } = useStore(filter);
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
        type="search"
        value={text}
        placeholder="“seedance”, “photo”, “lip sync”…"
        autocomplete="off"
        spellcheck={false}
        onInput={({ currentTarget }) => filter.update((now) => ({ ...now, text: currentTarget.value }))}
        onKeyDown={onKeyDown}
      />
    </label>
  );
}

function Filters(): JSX.Element {
  const { takes, makes } = useStore(filter);
  const toggleTake = (kind: TakenKind): void => {
    const next = new Set(takes);
    if (!next.delete(kind)) next.add(kind);
    filter.update((now) => ({ ...now, takes: next }));
  };
  const toggleMake = (kind: TakenKind): void =>
    filter.update((now) => ({ ...now, makes: makes === kind ? undefined : kind }));
  return (
    <div class="filters">
      <Kinds
        label="In"
        kinds={["text", "image", "video", "audio"]}
        isOn={(kind) => takes.has(kind)}
        toggle={toggleTake}
      />
      <Kinds
        label="Out"
        kinds={["image", "video", "audio"]}
        isOn={(kind) => makes === kind}
        toggle={toggleMake}
      />
    </div>
  );
}

function Kinds(props: {
  label: string;
  kinds: readonly TakenKind[];
  isOn: (kind: TakenKind) => boolean;
  toggle: (kind: TakenKind) => void;
}): JSX.Element {
  return (
    <div role="group" aria-label={`What goes ${props.label.toLowerCase()}`}>
      <span class="group-name" aria-hidden="true">
        {props.label}
      </span>
      {props.kinds.map((kind) => (
        <Button key={kind} class="chip" aria-pressed={props.isOn(kind)} onClick={() => props.toggle(kind)}>
          <Icon name={kind} />
          {kind}
        </Button>
      ))}
    </div>
  );
}

function NothingFound(): JSX.Element {
  return (
    <div class="empty">
      <h2>No model fits</h2>
      <p>Try fewer letters, or other kinds of input and output.</p>
      <Button onClick={() => filter.set(noFilter)}>Show all models</Button>
    </div>
  );
}

function liveWords(live: ModelList["live"] | undefined): string {
  if (live === "loading") return "; reading the live list…";
  return live === "failed" ? "; the live list could not be read" : "";
}

/** Arrow keys go from card to card; up from the first row leads back to the search. */
function moveAmongCards(event: KeyboardEvent): void {
  if (!moveByArrow(event, ".card-link") && event.key === "ArrowUp") {
    document.querySelector<HTMLElement>(".search input")?.focus();
  }
}
