import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Manifest } from "../output/manifest.js";
import type { ImportForm, ImportOptions } from "../targets/target.js";

/** The options of a run that decide on imports; where they are not given, those of the last run hold. */
export function chooseImports(
  { runtime, imports, out }: Partial<ImportOptions> & { readonly out: string },
  last: Manifest,
): ImportOptions {
  // Lists of older versions name no form, and their files have the one of Node.
  const known = last.imports ?? (last.files.size > 0 ? "js" : undefined);
  return {
    runtime: runtime ?? (last.runtime || "runcomfy-models/standard"),
    imports: imports ?? known ?? findForm(out),
  };
}

/**
 * The form of imports that the nearest `tsconfig.json` asks for: with the module resolution of Node files are named with `.js`. Bundlers
 * and everything else that resolves names find a file without its extension, and webpack and Next.js find no other.
 */
function findForm(out: string): ImportForm {
  for (let folder = resolve(out); ; folder = dirname(folder)) {
    const path = join(folder, "tsconfig.json");
    if (existsSync(path)) return nodeResolution.test(readFileSync(path, "utf8")) ? "js" : "none";
    if (folder === dirname(folder)) return "none";
  }
}

const nodeResolution = /"module(?:Resolution)?"\s*:\s*"node(?:16|18|20|next)"/i;
