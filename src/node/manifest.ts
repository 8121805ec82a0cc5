import { basename, join } from "node:path";
import { kindOf, readJson, writeWhole } from "./disk.js";
import { diskError, DownloadError } from "./download-error.js";
import { redactUrl, redactValue } from "./redact.js";
import type { FailedFile, SavedFile, SaveOptions, SaveSource } from "./save-types.js";

/** What a manifest remembers of a file. */
export type ManifestFile = Omit<SavedFile, "path" | "existing">;

const version = 1;

/** The manifest's path: `<request id>.json` beside the files. */
export const manifestPath = (directory: string, requestId: string): string =>
  join(directory, `${requestId}.json`);

/**
 * The files that an earlier save of the same result remembers. Throws where something else stands at the manifest's path, unless
 * `force` allows to replace it.
 */
export const readManifest = async (
  path: string,
  requestId: string,
  force: boolean,
): Promise<readonly ManifestFile[]> => {
  const kind = await kindOf(path);
  if (kind === "nothing") return [];
  if (kind !== "file")
    throw new DownloadError(
      "link",
      `${path} is a ${kind === "other" ? "special file" : kind}; nothing was written through it.`,
    );
  const value = await readJson(path);
  const found =
    isRecord(value) && value["requestId"] === requestId && Array.isArray(value["files"])
      ? value["files"]
      : undefined;
  if (found !== undefined) return found.filter(isManifestFile);
  if (force) return [];
  throw new DownloadError(
    "exists",
    `${path} exists and is no manifest of this result. Save to another directory, or pass \`force: true\`.`,
  );
};

/**
 * Writes what made what: model, input, output, cost, times, and each file with its SHA-256. URLs lose the parameters that open them,
 * such as signatures; long `data:` URIs are cut.
 */
export const writeManifest = async (
  path: string,
  source: SaveSource,
  options: Pick<SaveOptions, "input">,
  model: string | undefined,
  files: readonly SavedFile[],
  failed: readonly FailedFile[],
): Promise<void> => {
  const manifest = {
    version,
    requestId: source.requestId,
    model,
    createdAt: source.createdAt,
    finishedAt: source.finishedAt,
    cost: source.cost,
    input: options.input === undefined ? undefined : redactValue(options.input),
    output: redactValue(source.output),
    files: files.map(({ path: _path, existing: _existing, ...file }) => ({
      ...file,
      url: redactUrl(file.url),
    })),
    failed: failed.map(({ from, url, error }) => ({ from, url: redactUrl(url), message: error.message })),
  };
  try {
    await writeWhole(path, `${JSON.stringify(manifest, null, 2)}\n`);
  } catch (cause) {
    throw diskError(path, cause);
  }
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** A manifest may have been edited: only entries that name a file of this directory are believed. */
export const isManifestFile = (value: unknown): value is ManifestFile =>
  isRecord(value) &&
  typeof value["name"] === "string" &&
  value["name"] === basename(value["name"]) &&
  !value["name"].includes("\\") &&
  typeof value["sha256"] === "string" &&
  typeof value["bytes"] === "number" &&
  Array.isArray(value["from"]) &&
  Array.isArray(value["warnings"]);
