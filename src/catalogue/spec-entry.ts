import { findDocumentation, toLink } from "../dialect/facts/page-address.js";
import type { SchemaProblem } from "../dialect/notation/problem.js";
import { normalizeSpec } from "../dialect/spec/documented-model.js";
import type { DocumentedModel } from "../dialect/spec/documented-model.js";
import { readSpecMembers } from "../dialect/spec/spec-members.js";
import type { Json } from "../input/model.js";
import type { ModelEntry } from "./model-entry.js";

/** All that a spec says of its model, as an entry of a catalogue. */
export interface SpecEntry extends ModelEntry, Omit<DocumentedModel, keyof ModelEntry | "listing"> {}

/** A spec that was read. */
export interface SpecReading {
  /** Missing where the spec makes no model: the first remark says why. */
  readonly entry?: SpecEntry;
  /** Sentences on what could not be kept, each with its place in the spec. */
  readonly remarks: readonly string[];
}

/** Problems that leave no model; all others leave a model that lacks a fact. */
const fatal: ReadonlySet<string> = new Set(["no-input", "not-an-object"]);

/** Makes an entry of the JSON of a spec: an object with `input`, or the schema of an input alone. Never throws. */
export function readSpec(id: string, value: Json): SpecReading {
  const { spec, isBare = false, problems } = readSpecMembers(value);
  const found = [...problems];
  const model = spec && normalizeSpec({ id, spec, isBare }, (problem) => void found.push(problem));
  const end = found.find(({ code }) => fatal.has(code));
  if (end || !model) return { remarks: [end ?? found[0]!].map(describeProblem) };
  return { entry: toEntry(model), remarks: found.map(describeProblem) };
}

function toEntry({ listing, source, ...rest }: DocumentedModel): SpecEntry {
  const { page, ...facts } = listing;
  const link = toLink(page);
  const documentation = findDocumentation({ source: source.url, page });
  return {
    ...rest,
    ...facts,
    source,
    ...(link !== undefined && { page: link }),
    ...(documentation !== undefined && { documentation }),
  };
}

function describeProblem({ pointer, what }: SchemaProblem): string {
  return pointer === "" ? what : `${pointer}: ${what}`;
}
