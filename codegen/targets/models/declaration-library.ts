import { Module, createRequire } from "node:module";

type Library = typeof import("json-schema-to-typescript");

const name = "json-schema-to-typescript";
let shared: Library | undefined;

/**
 * Loads json-schema-to-typescript with an empty module in the place of prettier. The library loads prettier at once, which takes as
 * long as the library itself, and never uses it here: the formatter of modules is oxfmt.
 */
export function loadDeclarationLibrary(): Library {
  return (shared ??= loadWithout("prettier"));
}

function loadWithout(dependency: string): Library {
  const require = createRequire(import.meta.url);
  const file = createRequire(require.resolve(name)).resolve(dependency);
  const before = require.cache[file];
  require.cache[file] = new Module(file);
  try {
    return require(name) as Library;
  } finally {
    if (before === undefined) delete require.cache[file];
    else require.cache[file] = before;
  }
}
