import { basename, join } from "node:path";
import { kindOf, readJson, writeWhole } from "../files/disk.js";
import { diskError, DownloadError } from "../files/download-error.js";
import { redactUrl, redactValue } from "../net/url-redaction.js";
import type { FailedFile, SavedFile, SaveSource } from "./save-types.js";

/** What a manifest remembers of a file. */
export type ManifestFile = Omit<SavedFile, "path" | "existing">;

/** What stays of a saved file when the directory moves elsewhere. */
export function toManifestFile({ path: _path, existing: _existing, ...file }: SavedFile): ManifestFile {
  return file;
}

const version = 1;

/** The manifest's path: `<request id>.json` beside the files. */
export function manifestPath(directory: string, requestId: string): string {
  return join(directory, `${requestId}.json`);
}

/** What an earlier save of the same result wrote down. */
export interface Manifest {
  readonly files: readonly ManifestFile[];
  /** All of it, as it was read. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/**
 * Reads what an earlier save of the same result wrote down. Throws where something else stands at the manifest's path, unless
 * `force` allows to replace it.
 */
export async function readManifest(path: string, requestId: string, force: boolean): Promise<Manifest> {
  const kind = await kindOf(path);
  if (kind === "nothing") return { files: [], facts: {} };
  if (kind !== "file")
    throw new DownloadError(
      "link",
      `${path} is a ${kind === "other" ? "special file" : kind}; nothing was written through it.`,
    );
  const facts = await readJson(path);
  if (isRecord(facts) && facts["requestId"] === requestId && Array.isArray(facts["files"]))
    return { files: facts["files"].filter(isManifestFile), facts };
  if (force) return { files: [], facts: {} };
  throw new DownloadError(
    "exists",
    `${path} exists and is no manifest of this result. Save to another directory, or pass \`force: true\`.`,
  );
}

/** What one save adds to the manifest. */
export interface ManifestEntry {
  readonly source: SaveSource;
  readonly model: string | undefined;
  readonly input: unknown;
  /** Every file that is on disk, also those of earlier saves. */
  readonly files: readonly ManifestFile[];
  readonly failed: readonly FailedFile[];
}

/**
 * Writes what made what: model, input, output, cost, times, and each file with its SHA-256. What this save does not tell stays as the
 * earlier ones told it. URLs lose the parameters that open them, such as signatures; long `data:` URIs are cut.
 */
export async function writeManifest(
  path: string,
  earlier: Manifest["facts"],
  { source, model, input, files, failed }: ManifestEntry,
): Promise<void> {
  const facts = {
    version,
    requestId: source.requestId,
    model: model ?? earlier["model"],
    createdAt: source.createdAt ?? earlier["createdAt"],
    finishedAt: source.finishedAt ?? earlier["finishedAt"],
    cost: source.cost ?? earlier["cost"],
    input: input === undefined ? earlier["input"] : redactValue(input),
    output: redactValue(source.output),
    files: files.map((file) => ({ ...file, url: redactUrl(file.url) })),
    failed: failed.map(({ from, url, error }) => ({ from, url: redactUrl(url), message: error.message })),
  };
  const others = Object.entries(earlier).filter(([name]) => !Object.hasOwn(facts, name));
  try {
    await writeWhole(path, `${JSON.stringify({ ...facts, ...Object.fromEntries(others) }, null, 2)}\n`);
  } catch (cause) {
    throw diskError(path, cause);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** A manifest may have been edited: only entries that name a file of this directory are believed. */
export function isManifestFile(value: unknown): value is ManifestFile {
  return (
    isRecord(value) &&
    typeof value["name"] === "string" &&
    value["name"] === basename(value["name"]) &&
    !value["name"].includes("\\") &&
    typeof value["sha256"] === "string" &&
    typeof value["bytes"] === "number" &&
    typeof value["url"] === "string" &&
    Array.isArray(value["from"]) &&
    Array.isArray(value["warnings"])
  );
}
