import { sampleValues } from "../dialect/facts/sample-values.js";
import { readField } from "../dialect/roles/field-facts.js";
import { findRoles } from "../dialect/roles/role-assignment.js";
import { checkInput } from "../input/check.js";
import type { InputSchema, Json, Schema } from "../input/model.js";

/** A model with the example of its documentation, where that has one. */
interface ExampleSource {
  readonly example?: { readonly [name: string]: Json } | null;
  readonly input: InputSchema;
}

/** Files on a host that is reserved for documentation. */
const placeholders = {
  image: "https://example.com/image.png",
  video: "https://example.com/video.mp4",
  audio: "https://example.com/audio.mp3",
} as const;

/**
 * A request body that fits the model: the documented one, else one made of the fields that must be given, or of the first field where none
 * must. Undefined where none can be made that passes the model's own check.
 */
export function findExample({
  example,
  input,
}: ExampleSource): { readonly [name: string]: Json } | undefined {
  if (example && isRight(input, example)) return example;
  const { required = [] } = input;
  const properties: { readonly [name: string]: Schema } = input.properties;
  const prompt = [...findRoles(properties)].find(([, role]) => role === "prompt")?.[0];
  const made: { [name: string]: Json } = {};
  const add = (name: string): void => {
    const value = valueFor(name, properties[name] ?? {}, input);
    if (value !== undefined) made[name] = value;
  };
  for (const name of new Set([...(prompt === undefined ? [] : [prompt]), ...required])) add(name);
  const isUseful = (body: { readonly [name: string]: Json }): boolean =>
    Object.keys(body).length > 0 && isRight(input, body);
  if (isUseful(made)) return made;
  // Of groups of fields one may have to be given.
  for (const name of Object.keys(properties)) {
    if (Object.hasOwn(made, name)) continue;
    add(name);
    if (isUseful(made)) return made;
    if (isRight(input, {})) delete made[name];
  }
  return undefined;
}

function isRight(input: Schema, body: { readonly [name: string]: Json }): boolean {
  return checkInput({ input }, body).every(({ severity }) => severity === "warning");
}

/** The value that shows a field best, among those that its own schema takes. */
function valueFor(name: string, schema: Schema, input: InputSchema): Json | undefined {
  const { $defs } = input;
  const alone: Schema = { properties: { [name]: schema }, ...($defs && { $defs }) };
  const fits = (value: Json | undefined): boolean => value !== undefined && isRight(alone, { [name]: value });
  return listLikely(name, schema).find(fits) ?? sampleValues(schema, input).find(fits);
}

function listLikely(name: string, schema: Schema): readonly (Json | undefined)[] {
  const { kind, isList, isText } = readField(name, schema);
  if (kind !== undefined) return [isList ? listPlaceholders(kind, schema.minItems) : placeholders[kind]];
  return [
    schema.examples?.find((value) => value !== ""),
    schema.default === "" ? undefined : schema.default,
    schema.enum?.[0],
    isText ? "A red bicycle leans on a wall." : undefined,
    [schema.type].flat().includes("boolean") ? true : schema.minimum,
  ];
}

function listPlaceholders(kind: keyof typeof placeholders, count = 1): readonly string[] {
  const [start, end] = placeholders[kind].split(/(?=\.\w+$)/);
  return Array.from({ length: Math.max(1, count) }, (_, at) =>
    at === 0 ? placeholders[kind] : `${start}-${at + 1}${end}`,
  );
}
