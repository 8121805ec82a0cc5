import type { Json } from "../../../src/input/model.js";
import { check } from "../../../src/input/check.js";
import type { ApiModel } from "../../ir/api.js";
import { holdsReference } from "./reference.js";

/** The body of a request. */
export type Example = { readonly [name: string]: Json };

/** A request body for the document: the spec's own, or the required fields with the values that the spec gives for them. */
export function exampleOf({ example, input }: ApiModel): Example | undefined {
  const body = example ?? composeFrom(input);
  if (!body || holdsReference(body) || check(input, body).length > 0) return undefined;
  // Validators that read inherited members too would find a function in the place of such a field.
  const isMisread = Object.keys(input.properties).some((name) => name in {} && !Object.hasOwn(body, name));
  return isMisread || Object.keys(body).length === 0 ? undefined : body;
}

function composeFrom(input: ApiModel["input"]): Example | undefined {
  const fields = input.required.map((name) => {
    const { examples, const: only, enum: some, default: usual } = input.properties[name] ?? {};
    return [name, examples?.[0] ?? only ?? usual ?? some?.[0]] as const;
  });
  return fields.every((field): field is [string, Json] => field[1] !== undefined)
    ? Object.fromEntries(fields)
    : undefined;
}
