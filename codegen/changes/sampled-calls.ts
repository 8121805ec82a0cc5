import { normalizeBody } from "../../src/dialect/body-normalization.js";
import { sampleValues } from "../../src/dialect/facts/sample-values.js";
import type { ObjectSchema } from "../../src/dialect/notation/object-schema.js";
import { pointerTo, splitPointer } from "../../src/errors/issue.js";
import type { Issue } from "../../src/errors/issue.js";
import { checkInput } from "../../src/input/check.js";
import type { Json, Schema } from "../../src/input/model.js";
import { isFields } from "../../src/dialect/notation/fields.js";
import type { Value } from "../../src/dialect/notation/fields.js";
import { show } from "./change-kinds.js";
import type { Change } from "./spec-changes.js";

type Call = { readonly [name: string]: Json };

/**
 * Finds calls that the check accepted before and refuses now. Values are sampled from the old schema and checked against both
 * schemas as they ship. A comparison of keywords alone cannot tell, because the check asks more than JSON Schema does, of addresses
 * for example.
 */
export function findRefusedCalls(
  model: string,
  before: Value | undefined,
  after: Value | undefined,
): Change[] {
  const [old, now] = [readInput(before), readInput(after)];
  if (old === undefined || now === undefined || JSON.stringify(old) === JSON.stringify(now)) return [];
  const found = new Map<string, Change>();
  for (const call of sampleCalls(old, now)) {
    if (refuse(old, call).length > 0) continue;
    const [issue] = refuse(now, call);
    if (issue === undefined) continue;
    const [field] = splitPointer(issue.path);
    const pointer = field === undefined ? "/input" : `/input/properties${pointerTo(field)}`;
    const given = field === undefined ? "" : ` with ${show(call[field])}`;
    if (!found.has(pointer))
      found.set(pointer, {
        model,
        pointer,
        kind: "breaking",
        message: `the check took a call${given} and refuses it from now on: ${issue.message}`,
      });
  }
  return [...found.values()];
}

function readInput(value: Value | undefined): ObjectSchema | undefined {
  if (!isFields(value)) return undefined;
  const plain = JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "bigint" ? Number(inner) : inner,
  );
  return normalizeBody(JSON.parse(plain) as { [key: string]: Json }, { pointer: "", report: () => {} });
}

function refuse(input: Schema, call: Call): readonly Issue[] {
  return checkInput({ input }, call).filter(({ severity }) => severity === undefined);
}

/** A call with the required fields alone, and for each value of each field a call with it; fields of the new schema count, too. */
function* sampleCalls(old: ObjectSchema, now: ObjectSchema): Generator<Call> {
  const valuesOf = (name: string): readonly Json[] => sampleValues(old.properties[name] ?? {}, old);
  const fits = (name: string) => (value: Json) =>
    refuse(
      { properties: { [name]: old.properties[name] ?? {} }, ...(old.$defs && { $defs: old.$defs }) },
      { [name]: value },
    ).length === 0;
  const base = Object.fromEntries(
    old.required.map((name) => [name, valuesOf(name).find(fits(name)) ?? null] as const),
  );
  yield base;
  for (const name of new Set([...Object.keys(old.properties), ...Object.keys(now.properties)]))
    for (const value of valuesOf(name)) yield { ...base, [name]: value };
}
