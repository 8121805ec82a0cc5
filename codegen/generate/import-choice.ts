import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { manifestName, parseManifest } from "../output/manifest.js";
import type { Manifest } from "../output/manifest.js";
import type { ImportForm, ImportOptions } from "../targets/target.js";

/** The options of a run that decide on imports; where they are not given, those of the last run hold. */
export function chooseImports(
  { runtime, imports, out }: Partial<ImportOptions> & { readonly out: string },
  last: Manifest,
): ImportOptions {
  // Manifests of older versions name no form of imports; their files have that of Node.
  const known = last.imports ?? (last.files.size > 0 ? "js" : undefined);
  return {
    runtime: runtime ?? (last.runtime || "runcomfy-models/standard"),
    imports: imports ?? known ?? findForm(out),
  };
}

/** Tells of a configuration for Node that came after a run without one: the compiler refuses files whose names have no end. */
export function adviseImports(out: string): string | undefined {
  const path = join(out, manifestName);
  const last = existsSync(path) ? parseManifest(readFileSync(path, "utf8"))?.manifest.imports : undefined;
  if (last !== "none" || findForm(out) !== "js") return undefined;
  return (
    "The files import each other without .js, as bundlers need it, but the nearest tsconfig.json has the module resolution of Node. " +
    "If Node or tsc reads them, run generate with --imports js once."
  );
}

/**
 * The form of imports that the nearest `tsconfig.json` asks for: with the module resolution of Node files are named with `.js`. Bundlers
 * and everything else that resolves names find a file without its extension, and webpack and Next.js find no other.
 */
function findForm(out: string): ImportForm {
  for (let folder = resolve(out); ; folder = dirname(folder)) {
    const path = join(folder, "tsconfig.json");
    if (existsSync(path)) return isOfNode(path) ? "js" : "none";
    if (folder === dirname(folder)) return "none";
  }
}

const longestChain = 10;

/** Tells whether a configuration, or one that it extends, asks for the module resolution of Node. */
function isOfNode(path: string, depth = 0): boolean {
  const text = existsSync(path) && depth < longestChain ? readFileSync(path, "utf8") : "";
  const plain = text.replace(/("(?:\\.|[^"\\])*")|\/\/.*|\/\*[^]*?\*\//g, "$1");
  const said = /"moduleResolution"\s*:\s*"([^"]*)"/.exec(plain) ?? /"module"\s*:\s*"([^"]*)"/.exec(plain);
  if (said !== null) return /^node(?:16|18|20|next)$/i.test(said[1]!);
  const [, extended = ""] = /"extends"\s*:\s*(\[[^\]]*\]|"[^"]*")/.exec(plain) ?? [];
  const names = [...extended.matchAll(/"([^"]+)"/g)].map(([, name]) => name!);
  return names.some((name) => isOfNode(findExtended(path, name), depth + 1));
}

function findExtended(from: string, name: string): string {
  if (/^\.{0,2}\//.test(name)) {
    const path = resolve(dirname(from), name);
    return existsSync(path) && path.endsWith(".json") ? path : `${path}.json`;
  }
  for (const each of [name, `${name}.json`, `${name}/tsconfig.json`]) {
    try {
      return createRequire(resolve(from)).resolve(each);
    } catch {
      // `extends` may name a file in a way that is not understood here.
    }
  }
  return "";
}
