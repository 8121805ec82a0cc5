import type { Json } from "../../../src/input/model.js";

/** Makes the references of a schema that is a component lead into that component. */
export function moveReferences(value: unknown, component: string): unknown {
  if (Array.isArray(value)) return value.map((item) => moveReferences(item, component));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === "$ref" && typeof inner === "string"
        ? `#/components/schemas/${component}${inner.slice(1)}`
        : moveReferences(inner, component),
    ]),
  );
}

/** Resolvers follow a `$ref` wherever it stands, in an example too: a value that holds one stays out of the document. */
export function holdsReference(value: Json): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    (Object.hasOwn(value, "$ref") || Object.values(value).some(holdsReference))
  );
}
