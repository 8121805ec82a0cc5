import type { ApiInput } from "../../src/studio/api-types.js";
import { keep, readKept } from "../state/kept.js";
import { createStore } from "../state/store.js";
import type { Store } from "../state/store.js";

/** The inputs that are being written, each by its model's id. They outlive a reload, a closed tab and a stopped server. */
const drafts = new Map<string, Store<ApiInput>>();

export function openDraft(model: string): Store<ApiInput> {
  const known = drafts.get(model);
  if (known) return known;
  const name = `runcomfy-studio-draft:${model}`;
  // Each tab keeps its own form; a new tab begins with the form that was changed last.
  const draft = createStore(parseInput(readKept(name, "sessionStorage")) ?? parseInput(readKept(name)) ?? {});
  draft.subscribe(() => {
    const text = JSON.stringify(draft.get());
    keep(name, text === "{}" ? undefined : text);
    keep(name, text, "sessionStorage");
  });
  drafts.set(model, draft);
  return draft;
}

/** An input from its JSON; `undefined` where the text is no JSON object. */
export function parseInput(text: string | undefined): ApiInput | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is ApiInput {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The input with one field set, or left out where the value is `undefined`. */
export function setField(input: ApiInput, name: string, value: ApiInput[string] | undefined): ApiInput {
  if (value === undefined) {
    return Object.fromEntries(Object.entries(input).filter(([key]) => key !== name));
  }
  return { ...input, [name]: value };
}
