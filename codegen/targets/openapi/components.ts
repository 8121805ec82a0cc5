import { asRecord } from "../json-record.js";
import type { JsonRecord } from "../json-record.js";

/** The components that are referred to from `roots`, directly or through others; security schemes are kept as they are. */
export function keepReferred(components: JsonRecord, roots: unknown): JsonRecord {
  const referred = new Set<string>();
  function visit(node: unknown): void {
    if (Array.isArray(node)) return node.forEach(visit);
    for (const [key, value] of Object.entries(asRecord(node))) {
      if (key !== "$ref" || typeof value !== "string") visit(value);
      else if (!referred.has(value)) {
        referred.add(value);
        const [kind = "", name = ""] = value.replace("#/components/", "").split("/");
        visit(asRecord(components[kind])[name]);
      }
    }
  }
  visit(roots);
  const kept = Object.entries(components).map(([kind, named]) => [
    kind,
    kind === "securitySchemes"
      ? named
      : pick(asRecord(named), (name) => referred.has(`#/components/${kind}/${name}`)),
  ]);
  return Object.fromEntries(kept.filter(([, named]) => Object.keys(asRecord(named)).length > 0));
}

function pick(record: JsonRecord, keep: (key: string) => boolean): JsonRecord {
  return Object.fromEntries(Object.entries(record).filter(([key]) => keep(key)));
}
