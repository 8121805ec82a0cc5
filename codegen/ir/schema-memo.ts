/**
 * Remembers results by schema object: after normalising, equal schemas are one object, and the models of a family have equal ones.
 */
export function oncePerSchema<S extends object, Made>(make: (schema: S) => Made): (schema: S) => Made {
  const made = new WeakMap<S, Made>();
  return (schema) => {
    const known = made.get(schema);
    if (known !== undefined) return known;
    const fresh = make(schema);
    made.set(schema, fresh);
    return fresh;
  };
}
