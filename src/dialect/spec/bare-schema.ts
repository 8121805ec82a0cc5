import { isFields } from "../notation/fields.js";

type Members = { readonly [key: string]: unknown };

const choices = ["allOf", "anyOf", "oneOf"];

/** Tells whether a file holds the schema of a request body itself, and not a spec around it. */
export function isBareSchema(value: Members): boolean {
  if (Object.hasOwn(value, "input")) return false;
  const { type } = value;
  return (
    type === "object" ||
    (Array.isArray(type) && type.includes("object")) ||
    typeof value["$ref"] === "string" ||
    isFields(value["properties"]) ||
    choices.some((keyword) => Array.isArray(value[keyword]))
  );
}

/** A spec that was made of a schema alone. */
interface BareSpec {
  readonly title?: string;
  readonly description?: string;
  readonly input: Members;
}

/** The spec that a bare schema stands for: its title and description are those of the model. */
export function wrapBareSchema(schema: Members): BareSpec {
  const { $schema: _, title, description, ...input } = schema;
  return {
    ...(typeof title === "string" && { title }),
    ...(typeof description === "string" && { description }),
    input,
  };
}
