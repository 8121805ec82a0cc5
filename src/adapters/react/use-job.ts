import { useState, useSyncExternalStore } from "react";
import type { Attachable } from "../../input/file-input.js";
import type { InputOf, OutputOf } from "../../client.js";
import { ConfigError } from "../../errors/errors.js";
import { anything, aFunction, aText, checkOptions } from "../../options/check-options.js";
import type { OptionRules } from "../../options/check-options.js";
import { systemClock } from "../../time/clock.js";
import { idle } from "./page-state.js";
import { openJobStorage } from "./job-storage.js";
import type { TextStorage } from "./job-storage.js";
import { JobStore } from "./job-store.js";
import type { PageModel } from "./job-store.js";
import { viewJob } from "./page-view.js";
import type { JobView } from "./page-view.js";

export type { JobPhase } from "./page-state.js";
export type { TextStorage } from "./job-storage.js";
export type { JobError } from "./proxy-calls.js";
export type { JobView, PageModel };

/** Options of `useJob`. They count when the component is first shown, and when `endpoint` or `name` changes. */
export interface UseJobOptions {
  /** The address of the proxy, such as `"/api/runcomfy"`. */
  readonly endpoint: string;
  /** Tells apart several jobs of one model and endpoint on one site. Default: `""`. */
  readonly name?: string | undefined;
  /** Keeps the reference by which the page finds the job again. Default: the browser's `localStorage`. */
  readonly storage?: TextStorage | undefined;
  /** Default: the browser's `fetch`. Give one of your own to add headers. */
  readonly fetch?: typeof fetch | undefined;
}

/** A job of a page, and the functions that act on it. The functions stay the same from one rendering to the next. */
export interface UseJob<Input, Output> extends JobView<Output> {
  /**
   * Checks the input, uploads its files, and has the proxy send it. While a job is running nothing is done: a second click starts no
   * second job. It never throws; `error` tells what was wrong.
   */
  submit(input: Input): void;
  /** Asks the service to cancel the job: it can while the job is queued. */
  cancel(): void;
  /** Forgets the job, and what is kept of it in the browser. One that is running goes on at the service. */
  reset(): void;
}

const optionRules: OptionRules<UseJobOptions> = {
  endpoint: aText,
  name: aText,
  storage: anything,
  fetch: aFunction,
};

/**
 * One job of a model, sent and followed through the proxy of `runcomfy-models/proxy`. A job that is running, or whose result was shown
 * last, is picked up again when the page is opened again, by the user who asked for it. For React 18 and 19, and for Preact by its `compat`.
 *
 * @throws ConfigError when an option is unknown, missing or invalid.
 */
export function useJob<M extends PageModel>(
  model: M,
  options: UseJobOptions,
): UseJob<Attachable<InputOf<M>>, OutputOf<M>> {
  const place = JSON.stringify([options.endpoint, model.id, options.name ?? ""]);
  const [held, hold] = useState(() => ({ place, store: openStore(model, options, place) }));
  let { store } = held;
  if (held.place !== place) {
    store = openStore(model, options, place);
    hold({ place, store });
  }
  const view = useSyncExternalStore(store.subscribe, store.read, readNothing) as JobView<OutputOf<M>>;
  return { ...view, submit: store.submit, cancel: store.cancel, reset: store.reset };
}

function openStore(model: PageModel, options: UseJobOptions, place: string): JobStore {
  checkOptions("useJob", options, optionRules);
  const { endpoint, storage, fetch: send = (...call) => fetch(...call) } = options;
  if (!endpoint)
    throw new ConfigError(
      'useJob needs the option endpoint: the address of the proxy, such as "/api/runcomfy".',
    );
  return new JobStore({
    model,
    endpoint,
    fetch: send,
    clock: systemClock,
    storage: openJobStorage(() => storage ?? globalThis.localStorage, `runcomfy-job:${place}`),
  });
}

const nothing = viewJob(idle, 0);

/** A server does not know the browser's jobs. */
function readNothing(): JobView {
  return nothing;
}
