import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { ChildProcess } from "node:child_process";
import { startChild } from "../../../src/node/media/parser-process.js";

const root = join(import.meta.dirname, "../../..");

export interface BuiltChild {
  readonly folder: string;
  readonly start: () => ChildProcess;
  readonly remove: () => void;
}

/** Compiles the process that measures, and the check, from the sources as they are. `library` is to be taken for mediabunny. */
export const buildChild = async ({
  libraries = true,
  library,
}: { readonly libraries?: boolean; readonly library?: string } = {}): Promise<BuiltChild> => {
  const cache = join(root, ".cache");
  mkdirSync(cache, { recursive: true });
  // Packages are found from within the project, and from nowhere else.
  const folder = mkdtempSync(join(libraries ? cache : tmpdir(), "measure-child-"));
  const sources = join(root, "src/node");
  // What `tmpdir` lies in may be of any kind.
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  await build({
    // Placed as in the published package, where the child lies beside the folder of its caller.
    entryPoints: {
      "node/media/parser-child": join(sources, "media/parser-child.ts"),
      "chunks/media-check": join(sources, "media/media-check.ts"),
    },
    outdir: folder,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["image-size", ...(library === undefined ? ["mediabunny"] : [])],
    ...(library !== undefined && {
      plugins: [
        {
          name: "library",
          setup: (made) => {
            made.onResolve({ filter: /^mediabunny$/ }, () => ({ path: "library", namespace: "library" }));
            made.onLoad({ filter: /.*/, namespace: "library" }, () => ({ contents: library }));
          },
        },
      ],
    }),
  });
  const file = pathToFileURL(join(folder, "node/media/parser-child.js"));
  return {
    folder,
    start: () => startChild(file),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};
