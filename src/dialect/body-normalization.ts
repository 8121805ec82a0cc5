import type { Schema } from "../input/model.js";
import type { ObjectSchema } from "./notation/object-schema.js";
import type { SchemaProblem } from "./notation/problem.js";
import { asSchema, typesOf } from "./notation/schema-node.js";
import type { SchemaNode } from "./notation/schema-node.js";
import { assignRoles } from "./roles/role-assignment.js";
import { normalizeSchema } from "./schema-normalization.js";

/** The place of a body in its document, and the receiver of its problems. */
export interface BodySurroundings {
  readonly pointer: string;
  readonly report: (problem: SchemaProblem) => void;
}

/** Normalises the schema of a whole request body, and writes into each field the role that it has. Pure. */
export function normalizeInput(raw: SchemaNode, surroundings: BodySurroundings): ObjectSchema {
  return assignRoles(normalizeBody(raw, surroundings));
}

/** Normalises the schema of a whole request body or result: an object, whatever the documentation says of its type. Pure. */
export function normalizeBody(raw: SchemaNode, { pointer, report }: BodySurroundings): ObjectSchema {
  const isBare = raw["type"] === undefined && raw["$ref"] === undefined;
  const node = normalizeSchema(isBare ? { type: "object", ...raw } : raw, { pointer, isBody: true, report });
  const types = typesOf(node);
  if (types.length > 0 && !types.includes("object")) {
    const what = `The type is ${types.join(" or ")}; it has to be object.`;
    report({ code: "not-an-object", pointer: `${pointer}/type`, what });
  }
  const others = node["additionalProperties"] as boolean | Schema | undefined;
  const { title, description, ...rest } = asSchema(node);
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...rest,
    type: "object",
    properties: rest.properties ?? {},
    required: rest.required ?? [],
    additionalProperties: others ?? false,
  };
}

/** Normalises the schema of a result, which may be of any type. Pure. */
export function normalizeResult(raw: SchemaNode, surroundings: BodySurroundings): Schema {
  const problems: SchemaProblem[] = [];
  const { pointer, report } = surroundings;
  const body = normalizeBody(raw, { pointer, report: (problem) => void problems.push(problem) });
  if (problems.some(({ code }) => code === "not-an-object"))
    return asSchema(normalizeSchema(raw, surroundings));
  problems.forEach(report);
  return body;
}
