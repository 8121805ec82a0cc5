import type { Fields } from "../../src/dialect/notation/fields.js";
import { printSpec } from "../specs/write/spec-text.js";
import { readEntry } from "./entry.js";
import type { Entry } from "./entry.js";
import type { SpecFolder } from "./spec-folder.js";
import type { ModelLookup } from "./model-lookup.js";
import { compareForPeople } from "../changes/visible-changes.js";
import { mergeEntry, specOfEntry } from "./entry-merge.js";
import type { Outcome } from "./sync-report.js";
import { listKeptLimits } from "./kept-limits.js";
import { verifySpec } from "./spec-verification.js";
import { messageOf } from "../../src/errors/error-message.js";

/** The surroundings of an update of one entry. */
export interface ApplyOptions {
  readonly folder: SpecFolder;
  readonly fits: (id: string) => boolean;
  /** `YYYY-MM-DD`. */
  readonly today: string;
  /** Reads a model's own page of the catalogue. */
  readonly lookUp: (id: string) => Promise<ModelLookup>;
  /** Receives remarks on a model that was read all the same. */
  readonly remark: (id: string, text: string) => void;
}

/** The outcome of one entry; undefined where the filter leaves the entry out. */
export interface Applied {
  /** The id as the entry has it, usable or not; empty where it has none. */
  readonly id: string;
  readonly outcome: Outcome | undefined;
}

/** Brings one catalogue entry into the folder: all of it, or nothing. Throws only errors of `lookUp`. */
export async function applyEntry(value: unknown, options: ApplyOptions): Promise<Applied> {
  const { folder, fits, lookUp, remark } = options;
  let entry = readEntry(value);
  if (!("id" in entry)) {
    const { given, name, reason } = entry;
    return { id: given, outcome: fits(given) ? skip(name, reason) : undefined };
  }
  const { id } = entry;
  if (!fits(id)) return { id, outcome: undefined };
  const refusal = folder.refuse(id);
  if (refusal !== undefined) return { id, outcome: skip(id, refusal) };
  if (typeof entry.input === "string") {
    const own = await lookUp(id);
    const again = own.state === "found" ? readEntry(own.entry) : undefined;
    if (again !== undefined && "id" in again) entry = again;
  }
  for (const text of entry.remarks) remark(id, text);
  return { id, outcome: await store(entry, options) };
}

async function store(entry: Entry, { folder, remark, today }: ApplyOptions): Promise<Outcome> {
  const { id, input, inputs } = entry;
  try {
    const known = folder.read(id);
    if (known === undefined && typeof input === "string") return skip(id, input);
    const merged = known === undefined ? undefined : mergeEntry(known, entry, today);
    const spec = merged?.spec ?? specOfEntry({ ...entry, input: input as Fields }, today);
    const text = printSpec(id, spec);
    const tell = (names: readonly string[] = [], what: string): void =>
      names.length > 0 ? remark(id, `${what}: ${names.join(", ")}`) : undefined;
    if (known !== undefined && typeof input !== "string")
      tell(listKeptLimits((spec as Fields)["input"], input), "changed by hand, so kept");
    if (known !== undefined && text === printSpec(id, known)) return finish(id, "unchanged", input);
    const problem = await verifySpec(id, text, inputs);
    if (problem !== undefined) return skip(id, `no types can be made of it. ${problem}`);
    if (known === undefined) {
      const warning = folder.warn(id);
      if (warning !== undefined) remark(id, warning);
    }
    tell(merged?.unlisted, "not in the catalogue, but documented, so kept");
    tell(merged?.omitted, "in the catalogue, but taken out of the spec, so left out");
    tell(merged?.overruled, "changed by hand and in the catalogue, so the catalogue's facts were taken");
    folder.write(id, spec);
    return finish(id, known === undefined ? "created" : "updated", input, compareForPeople(id, known, spec));
  } catch (error) {
    return skip(id, `its spec file cannot be used: ${messageOf(error)}`);
  }
}

/** Makes the outcome of an entry. A model whose schema is missing counts as skipped, because its spec may be out of date. */
function finish(
  name: string,
  state: "created" | "updated" | "unchanged",
  input: Fields | string,
  changes: Outcome["changes"] = [],
): Outcome {
  return typeof input === "string"
    ? { name, state: "skipped", changes, reason: `${input}; its spec keeps the input that it has` }
    : { name, state, changes };
}

/** Makes the outcome of an entry, or of a model, that was left as it is. */
export function skip(name: string, reason: string): Outcome {
  return {
    name,
    state: "skipped",
    changes: [],
    reason,
  };
}
