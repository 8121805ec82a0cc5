import { pointerTo } from "../errors/issue.js";

/** Copies a value with the values at some JSON pointers replaced. What holds none of them is not copied. */
export function replaceValues(value: unknown, replacements: ReadonlyMap<string, unknown>): unknown {
  const parents = new Set<string>();
  for (const path of replacements.keys())
    for (let end = path.lastIndexOf("/"); end >= 0; end = path.lastIndexOf("/", end - 1)) {
      parents.add(path.slice(0, end));
      if (end === 0) break;
    }

  function copy(inner: unknown, path: string): unknown {
    if (replacements.has(path)) return replacements.get(path);
    if (!parents.has(path) || typeof inner !== "object" || inner === null) return inner;
    if (Array.isArray(inner)) return inner.map((item: unknown, at) => copy(item, path + pointerTo(at)));
    return Object.fromEntries(
      Object.entries(inner).map(([key, item]: [string, unknown]) => [key, copy(item, path + pointerTo(key))]),
    );
  }

  return copy(value, "");
}
