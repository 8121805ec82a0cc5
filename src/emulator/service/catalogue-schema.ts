import type { Json, MediaRules, Schema } from "../../input/model.js";

type JsonObject = { [key: string]: Json };

/**
 * A normalised input schema as the live catalogue writes it: type `float` for numbers, formats such as `image_uri`, limits of media as
 * `validations`, a default on each required field.
 */
export function toCatalogueSchema(schema: Schema): JsonObject {
  return writeSchema(schema, false);
}

function writeSchema(schema: Schema, required: boolean): JsonObject {
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) {
    if (value === undefined || leftOut.has(key) || (key === "additionalProperties" && value === false))
      continue;
    if (key === "properties") result[key] = writeProperties(schema);
    else if (key === "items") result[key] = writeSchema(value as Schema, false);
    else if (key === "anyOf" || key === "prefixItems")
      result[key] = (value as readonly Schema[]).map((branch) => writeSchema(branch, false));
    else if (key === "$defs") result[key] = writeEach(value as { readonly [name: string]: Schema });
    else if (key === "type") result[key] = writeType(value as Json);
    else result[key] = value as Json;
  }
  Object.assign(result, writeMedia(schema));
  const example = schema.examples?.[0];
  if (required && example !== undefined && !("default" in result)) result["default"] = example;
  return result;
}

const leftOut: ReadonlySet<string> = new Set(["x-media", "x-role", "examples"]);

function writeEach(schemas: { readonly [name: string]: Schema }): JsonObject {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, inner]) => [name, writeSchema(inner, false)]),
  );
}

function writeProperties(schema: Schema): JsonObject {
  return Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, property]) => [
      name,
      writeSchema(property, schema.required?.includes(name) ?? false),
    ]),
  );
}

function writeType(type: Json): Json {
  return Array.isArray(type) ? type.map(writeType) : type === "number" ? "float" : type;
}

/**
 * A field for one file has its own rules and the format of its kind; the service gives no format to fields whose default is a bare
 * file name. A field for a list of files has its items' kind as format, in the plural.
 */
function writeMedia(schema: Schema): JsonObject {
  const rules = schema["x-media"];
  const plural = schema.items?.["x-media"]?.kind;
  if (!rules) return plural ? { format: `${plural}_uris` } : {};
  return {
    ...(rules.kind && schema.format === "uri" && { format: `${rules.kind}_uri` }),
    ...(rules.samples?.[0] !== undefined && { default: rules.samples[0] }),
    ...(writeLimits(rules).length > 0 && { validations: writeLimits(rules) }),
  };
}

function writeLimits(rules: MediaRules): Json[] {
  return (["below", "above"] as const).flatMap((side) =>
    Object.entries(rules[side] ?? {}).map(([subject, value]) => ({
      validation_rule: `${subject}${side === "below" ? "<" : ">"}`,
      validation_value: value as number,
      validation_error: `${subject} must be ${side} ${value}.`,
    })),
  );
}
