import { modelPath } from "../../src/protocol/paths.js";
import { show } from "../../src/errors/issue.js";
import { checkId } from "../specs/model/safe-names.js";
import type { Fields, Value } from "../../src/dialect/notation/fields.js";
import { isFields } from "../../src/dialect/notation/fields.js";
import { checkValues } from "../specs/read/value-checks.js";
import type { Json } from "../../src/input/model.js";
import { readJson } from "../json/json-text.js";
import { readListed } from "../../src/dialect/entry/listed-facts.js";
import {
  addRequired,
  findSchema,
  fixSchema,
  notJson,
  tooDeep,
} from "../../src/dialect/entry/entry-schema.js";

/** A catalogue entry that was understood. */
export interface Entry {
  readonly id: string;
  /** The `catalogue` part of the spec: only members whose values are what they should be. */
  readonly listed: Fields;
  /** The schema as the catalogue has it, or a sentence that says why there is none. */
  readonly input: Fields | string;
  /** The number of inputs that the entry counts beside its schema; 0 where it does not. */
  readonly inputs: number;
  /** Members that were left out of `listed`, each with the reason. */
  readonly remarks: readonly string[];
}

/** An entry that could not be understood, with a name to call it by. */
export interface BadEntry {
  readonly name: string;
  /** The id as the entry has it; empty where it has none. */
  readonly given: string;
  readonly reason: string;
}

/** Reads one entry of the catalogue, which may be any value. Never throws. */
export function readEntry(value: unknown): Entry | BadEntry {
  if (!isFields(value)) return { name: "an entry", given: "", reason: `it is ${show(value)}, not an object` };
  const { model_id: id } = value;
  if (typeof id !== "string" || id.trim() === "")
    return {
      name: typeof value["display_name"] === "string" ? show(value["display_name"]) : "an entry",
      given: typeof id === "number" ? String(id) : "",
      reason: id === undefined ? "it has no model_id" : `its model_id is ${show(id)}`,
    };
  const problem = checkId(id) ?? checkCallable(id);
  if (problem !== undefined) return { name: show(id), given: id, reason: problem };
  const { listed, remarks } = readListed(value);
  const inputs = value["inputs"];
  return {
    id,
    listed,
    remarks,
    input: readInput(value["input_schema"], value["required_inputs"]),
    inputs: Array.isArray(inputs) ? inputs.length : isFields(inputs) ? Object.keys(inputs).length : 0,
  };
}

/** Refuses an id that the client would refuse to send to. */
function checkCallable(id: string): string | undefined {
  try {
    modelPath(id);
    return undefined;
  } catch {
    return `The id ${show(id)} cannot be called: ids have two to eight parts of plain ASCII.`;
  }
}

function readInput(given: unknown, needed: unknown): Fields | string {
  const found = findSchema(given, readText);
  if (typeof found === "string") return found;
  if (checkValues(found as unknown as Json, "").tooDeep) return tooDeep;
  return addRequired(fixSchema(found), needed);
}

function readText(text: string): { readonly value: Value } | string {
  const reading = readJson(text, { exactNumbers: true });
  if (reading.ok) return reading;
  return reading.tooDeep ? tooDeep : notJson;
}
