import type { JSX } from "preact";
import { Button } from "../app/button.js";
import type { State } from "../../src/once/record/record.js";
import { Icon } from "../app/icon.js";
import { linkTo } from "../app/route.js";
import { useTitle } from "../app/title.js";
import { showCount, stateWords } from "../app/words.js";
import { setup } from "../state/catalogue.js";
import type { JobQuery } from "../state/jobs.js";
import { createStore, useStore } from "../state/store.js";
import { Detail } from "./detail.js";
import { Grid } from "./grid.js";
import { useListing } from "./listing.js";

const noQuery: JobQuery = { text: "", state: "", favourite: false };
/** Kept while other views are open. */
const query = createStore<JobQuery>(noQuery);

export function GalleryView({ openKey }: { openKey?: string | undefined }): JSX.Element {
  const chosen = useStore(query);
  const listing = useListing(chosen);
  const { records, total, problem } = listing;
  const folder = useStore(setup, (now) => now?.saveFolder);
  useTitle(openKey === undefined ? "Gallery" : undefined);
  const isEmpty = total === 0;
  return (
    <div class="gallery">
      <div class="gallery-head">
        <h1>Gallery</h1>
        <p class="quiet-text" role="status">
          {total === undefined ? "" : `${showCount(total, "job")} · files in “${folder ?? ""}”`}
        </p>
        <GalleryFilter query={chosen} />
      </div>
      {problem !== undefined && total === undefined && <p class="problem">{problem}</p>}
      {isEmpty ? <Nothing isFiltered={chosen !== noQuery} /> : <Grid listing={listing} />}
      {openKey !== undefined && <Detail key="detail" jobKey={openKey} neighbours={records} />}
    </div>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }): JSX.Element {
  return isFiltered ? (
    <div class="empty">
      <h2>Nothing fits the filter</h2>
      <Button onClick={() => query.set(noQuery)}>Show everything</Button>
    </div>
  ) : (
    <div class="empty">
      <h2>Nothing here yet</h2>
      <p>Everything that you run appears here, with the input that made it.</p>
      <a class="button primary" href={linkTo({ view: "models" })}>
        Choose a model
      </a>
    </div>
  );
}

function GalleryFilter({ query: chosen }: { query: JobQuery }): JSX.Element {
  return (
    <div class="gallery-filter" role="search" aria-label="Filter of the gallery">
      <label class="search small">
        <Icon name="search" />
        <span class="hidden">Search inputs, models and ids</span>
        <input
          type="search"
          value={chosen.text}
          placeholder="Search inputs, models, ids"
          autocomplete="off"
          onInput={({ currentTarget }) => query.update((now) => ({ ...now, text: currentTarget.value }))}
        />
      </label>
      <label class="select">
        <span class="hidden">State</span>
        <select
          value={chosen.state}
          onChange={({ currentTarget }) => {
            const state = currentTarget.value as State | "";
            query.update((now) => ({ ...now, state }));
          }}
        >
          <option value="">All states</option>
          {Object.entries(stateWords).map(([state, words]) => (
            <option key={state} value={state}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <Button
        class="chip"
        aria-pressed={chosen.favourite}
        onClick={() => query.update((now) => ({ ...now, favourite: !now.favourite }))}
      >
        <Icon name="star" filled={chosen.favourite} /> Favourites
      </Button>
    </div>
  );
}
