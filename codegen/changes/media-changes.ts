import type { Note } from "./change-kinds.js";
import { show } from "./change-kinds.js";
import { isFields } from "../../src/dialect/notation/fields.js";
import { sameValue } from "../json/json-value.js";
import type { Value } from "../../src/dialect/notation/fields.js";

interface Rule {
  readonly value: Value | undefined;
  readonly message: Value | undefined;
}

/** Compares the `validations` of a media field: each rule is a strict limit on one subject. */
export function compareMediaRules(
  before: Value | undefined,
  after: Value | undefined,
  pointer: string,
  note: Note,
): void {
  if (sameValue(before, after)) return;
  const [old, now] = [rulesOf(before), rulesOf(after)];
  let told = 0;
  const tell: Note = (at, effect, message) => {
    told++;
    note(at, effect, message);
  };
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    compareRule(name, old.get(name), now.get(name), pointer, tell);
  }
  if (told === 0) note(pointer, "wording", "the media rules are written in another way");
}

function compareRule(
  name: string,
  old: Rule | undefined,
  now: Rule | undefined,
  pointer: string,
  note: Note,
): void {
  if (now === undefined) return note(pointer, "wider", `the media rule ${name} ${show(old?.value)} is gone`);
  if (old === undefined) return note(pointer, "narrower", `the media rule ${name} ${show(now.value)} is new`);
  if (!sameValue(old.value, now.value)) {
    const judged = typeof old.value === "number" && typeof now.value === "number" && /[<>]$/.test(name);
    const lower = judged && Number(now.value) < Number(old.value);
    const effect = !judged ? "other" : lower === name.endsWith("<") ? "narrower" : "wider";
    note(pointer, effect, `the media rule ${name} changed from ${show(old.value)} to ${show(now.value)}`);
  } else if (!sameValue(old.message, now.message)) {
    note(pointer, "wording", `the message of the media rule ${name} changed`);
  }
}

/** Sorts media rules by their name; of two limits for one subject the tighter one counts, as both must hold. */
function rulesOf(list: Value | undefined): Map<string, Rule> {
  const rules = new Map<string, Rule>();
  if (!Array.isArray(list)) return rules;
  for (const entry of list as readonly Value[]) {
    if (!isFields(entry)) continue;
    const name = String(entry["validation_rule"]).replace(/\s+/g, "");
    const value = entry["validation_value"];
    const known = rules.get(name)?.value;
    const looser =
      typeof known === "number" && typeof value === "number" && value > known === name.endsWith("<");
    if (!looser) rules.set(name, { value, message: entry["validation_error"] });
  }
  return rules;
}
