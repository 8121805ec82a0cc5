import type { Json } from "../../../src/input/model.js";

/** Resolvers follow a `$ref` wherever it stands, in an example too: a value that holds one stays out of the document. */
export function holdsReference(value: Json): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    (Object.hasOwn(value, "$ref") || Object.values(value).some(holdsReference))
  );
}
