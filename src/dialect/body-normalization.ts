import type { ObjectSchema } from "./notation/object-schema.js";
import type { SchemaProblem } from "./notation/problem.js";
import { asSchema, isObject, typesOf } from "./notation/schema-node.js";
import type { SchemaNode } from "./notation/schema-node.js";
import { normalizeSchema } from "./schema-normalization.js";

/** The place of a body in its document, and the receiver of its problems. */
export interface BodySurroundings {
  readonly pointer: string;
  readonly report: (problem: SchemaProblem) => void;
}

/** Normalises the schema of a whole request body or result: an object, whatever the documentation says of its type. Pure. */
export function normalizeBody(raw: SchemaNode, { pointer, report }: BodySurroundings): ObjectSchema {
  const isBare = raw["type"] === undefined && raw["$ref"] === undefined;
  const node = normalizeSchema(isBare ? { type: "object", ...raw } : raw, { pointer, isBody: true, report });
  const types = typesOf(node);
  if (types.length > 0 && !types.includes("object")) {
    const what = `The type is ${types.join(" or ")}; it has to be object.`;
    report({ code: "wrong-shape", pointer: `${pointer}/type`, what });
  }
  const others = node["additionalProperties"];
  if (isObject(others)) {
    const what = "What further fields must be like is not enforced; any are let through.";
    report({ code: "unenforced-keyword", pointer: `${pointer}/additionalProperties`, what });
  }
  const { title, description, ...rest } = asSchema(node);
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...rest,
    type: "object",
    properties: rest.properties ?? {},
    required: rest.required ?? [],
    additionalProperties: others !== undefined && others !== false,
  };
}
