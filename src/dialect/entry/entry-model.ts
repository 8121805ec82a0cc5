import { defineModel } from "../../input/define-model.js";
import type { CheckedModel } from "../../input/define-model.js";
import { boundOfLivePrice } from "../facts/price-bound.js";
import type { Json, Price } from "../../input/model.js";
import { normalizeInput } from "../body-normalization.js";
import { findMade } from "../facts/made-media.js";
import type { MadeMedia } from "../facts/made-media.js";
import { findDocumentation, toLink } from "../facts/page-address.js";
import type { ObjectSchema } from "../notation/object-schema.js";
import { isFields } from "../notation/fields.js";
import type { Fields, Value } from "../notation/fields.js";
import type { SchemaNode } from "../notation/schema-node.js";
import { addRequired, findSchema, fixSchema, notJson, tooDeep } from "./entry-schema.js";
import { readListed } from "./listed-facts.js";

/** The facts of an entry of the live catalogue beside its fields. */
export interface EntryFacts {
  /** The id where the catalogue has no name. */
  readonly title: string;
  /** Empty where the catalogue has none. */
  readonly description: string;
  readonly categories: readonly string[];
  readonly kind?: "model" | "workflow" | "inference";
  /** The kind of media that the model makes, where its categories or its id tell it. */
  readonly makes?: MadeMedia;
  readonly price?: Price;
  /** The address of the model's page, where it is known. */
  readonly page?: string;
  /** The address of the model's documentation page, where it is known. */
  readonly documentation?: string;
  /** The facts of the entry that could not be kept, one sentence each. An entry without a usable schema makes a model that takes any field. */
  readonly warnings: readonly string[];
}

/** A model made of an entry of the live catalogue: like a shipped one, with its wording. */
export interface LiveModel extends CheckedModel, Omit<EntryFacts, "price"> {}

/** The most levels of objects and arrays that a schema may have. */
const mostLevels = 40;

/** Makes a model of an entry of the live catalogue. An odd fact becomes a warning; never throws. */
export function modelOfEntry(id: string, entry: { readonly [name: string]: unknown }): LiveModel {
  const { price, ...facts } = describeEntry(id, entry);
  const { input, warnings } = readInput(entry as Fields);
  return Object.assign(defineModel<unknown, unknown>({ id, input, ...(price && { price }) }), {
    ...facts,
    warnings: [...facts.warnings, ...warnings],
  });
}

/** Reads the facts of an entry beside its schema, which costs far less than the schema. Never throws. */
export function describeEntry(id: string, entry: { readonly [name: string]: unknown }): EntryFacts {
  // JSON, as the service sent it.
  const fields = entry as Fields;
  const { listed, remarks } = readListed(fields);
  const own = fields["model_id"];
  const renamed =
    typeof own === "string" && own !== id ? [`the catalogue calls it ${JSON.stringify(own)}`] : [];
  const price = toPrice(listed);
  const page = toLink(listed["model_url"] as string | undefined);
  const documentation = findDocumentation({ page });
  const categories = (listed["categories"] ?? []) as readonly string[];
  const makes = findMade([...categories, id]);
  return {
    title: String(listed["display_name"] ?? id),
    description: String(listed["description"] ?? ""),
    categories,
    ...(listed["kind"] !== undefined && { kind: listed["kind"] as NonNullable<EntryFacts["kind"]> }),
    ...(makes !== undefined && { makes }),
    ...(price !== undefined && { price }),
    ...(page !== undefined && { page }),
    ...(documentation !== undefined && { documentation }),
    warnings: [...renamed, ...remarks],
  };
}

interface ReadInput {
  readonly input: ObjectSchema;
  readonly warnings: readonly string[];
}

function readInput(entry: Fields): ReadInput {
  const found = findSchema(entry["input_schema"], parse);
  if (typeof found === "string") return openInput(found);
  if (isDeeper(found, mostLevels)) return openInput(tooDeep);
  const warnings: string[] = [];
  const raw = toPlain(addRequired(fixSchema(found), entry["required_inputs"])) as SchemaNode;
  let isLost = false;
  const input = normalizeInput(raw, {
    pointer: "",
    report: ({ code, pointer, what }) => {
      warnings.push(`input_schema${pointer}: ${what}`);
      isLost ||= code === "too-deep" || code === "not-an-object";
    },
  });
  if (isLost) return openInput(warnings.join(" ").replace(/\.$/, ""));
  const isEmpty = Object.keys(input.properties).length === 0 && !input.anyOf;
  if (isEmpty && input.additionalProperties === false) return openInput("its input_schema has no fields");
  return { input, warnings };
}

/** An input of which nothing is known: any field is let through, as for a model that is called by its id. */
function openInput(reason: string): ReadInput {
  return {
    input: { type: "object", properties: {}, required: [], additionalProperties: true },
    warnings: [`${reason}: its input is not checked`],
  };
}

function parse(text: string): { readonly value: Value } | string {
  try {
    return { value: JSON.parse(text) as Value };
  } catch {
    return notJson;
  }
}

function isDeeper(value: Value, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner: Value) => isDeeper(inner, levels - 1));
}

/** Turns whole numbers that JavaScript cannot hold into the nearest ones that it can. */
function toPlain(value: Value): Json {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map((item: Value) => toPlain(item));
  if (!isFields(value)) return value as Json;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toPlain(inner)]));
}

function toPrice(listed: Fields): Price | undefined {
  const { base_price_usd: usd, price_unit: unit, pricing_note: remark } = listed;
  if (unit === undefined) return undefined;
  const note = typeof remark === "string" && remark !== "" ? remark : undefined;
  const amount = typeof usd === "number" ? usd : undefined;
  return {
    ...(amount !== undefined && { usd: amount }),
    unit: unit as Price["unit"],
    bound: boundOfLivePrice({ note, usd: amount, unit: String(unit) }),
    ...(note !== undefined && { note }),
  };
}
