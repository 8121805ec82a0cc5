import { readJson } from "../json/json-text.js";
import { isObject } from "../../src/dialect/notation/schema-node.js";
import { compareText } from "../text/text-order.js";
import { importForms } from "../targets/target.js";
import type { ImportForm } from "../targets/target.js";
import { isPathInside } from "./plan.js";

/** The name of the list in the output folder. */
export const manifestName = "manifest.json";

/** The list of what was generated, and from what. */
export interface Manifest {
  /** Fingerprint of the generator and of the options. */
  readonly generator: string;
  /** The options of the run, which a later run without options takes over; undefined where an older version wrote the list. */
  readonly runtime?: string;
  readonly imports?: ImportForm;
  /** Hash of all specs together. */
  readonly specs: string;
  /** The ids of the specs that gave warnings. */
  readonly doubtful: readonly string[];
  readonly files: ReadonlyMap<string, ManifestFile>;
}

/** A generated file in the manifest. */
export interface ManifestFile {
  readonly sha256: string;
  /** Hash of what the file was made from. */
  readonly from: string;
}

/** A manifest that lists nothing. */
export const emptyManifest: Manifest = { generator: "", specs: "", doubtful: [], files: new Map() };

/** Reads a manifest; undefined where the text is not one. Paths that lead out of the folder are listed as strange. */
export function parseManifest(text: string): { manifest: Manifest; strange: readonly string[] } | undefined {
  const reading = readJson(text.replace(/^\uFEFF/, ""));
  const value = reading.ok ? reading.value : undefined;
  if (!isObject(value) || !isObject(value["files"])) return undefined;
  const files = new Map<string, ManifestFile>();
  const strange: string[] = [];
  for (const [path, entry] of Object.entries(value["files"])) {
    const { sha256, from } = isObject(entry) ? entry : {};
    const isRight = isPathInside(path) && path !== manifestName && typeof sha256 === "string";
    if (isRight) files.set(path, { sha256, from: typeof from === "string" ? from : "" });
    else strange.push(path);
  }
  const { generator, runtime, imports, specs, doubtful } = value;
  const form = importForms.find((one) => one === imports);
  const manifest: Manifest = {
    generator: typeof generator === "string" ? generator : "",
    ...(typeof runtime === "string" && runtime !== "" && { runtime }),
    ...(form !== undefined && { imports: form }),
    specs: typeof specs === "string" ? specs : "",
    doubtful: Array.isArray(doubtful) ? doubtful.filter((id) => typeof id === "string") : [],
    files,
  };
  return { manifest, strange };
}

/** The text of a manifest: sorted, with a line for each entry, so that merges conflict as little as possible. */
export function formatManifest({ generator, runtime, imports, specs, doubtful, files }: Manifest): string {
  const lines = [...files]
    .sort(([a], [b]) => compareText(a, b))
    .map(([path, { sha256, from }]) => `    ${JSON.stringify(path)}: ${JSON.stringify({ sha256, from })}`);
  const names = [...doubtful].sort(compareText).map((id) => `    ${JSON.stringify(id)}`);
  const about = "Written by runcomfy-codegen. Only files listed here are ever deleted.";
  return `{
  "about": ${JSON.stringify(about)},
  "generator": ${JSON.stringify(generator)},
  "runtime": ${JSON.stringify(runtime ?? "")},
  "imports": ${JSON.stringify(imports ?? "")},
  "specs": ${JSON.stringify(specs)},
  "doubtful": [${doubtful.length === 0 ? "" : `\n${names.join(",\n")}\n  `}],
  "files": {${lines.length === 0 ? "" : `\n${lines.join(",\n")}\n  `}}
}
`;
}

/** The SHA-256 of each file. */
export function toHashes(files: Manifest["files"]): Map<string, string> {
  return new Map([...files].map(([path, { sha256 }]) => [path, sha256]));
}
