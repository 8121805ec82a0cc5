import type { Json } from "../../../src/model.js";

/** Resolvers follow a `$ref` wherever it stands, in an example too: a value that holds one stays out of the document. */
export const holdsReference = (value: Json): boolean =>
  typeof value === "object" &&
  value !== null &&
  (Object.hasOwn(value, "$ref") || Object.values(value).some(holdsReference));
