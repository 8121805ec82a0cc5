import { basename } from "node:path";
import type { Json } from "../../input/model.js";
import { readJson, writeWhole } from "../files/disk.js";
import { diskError, DownloadError } from "../files/download-error.js";
import { requireFile } from "../files/final-name.js";
import { redactUrl } from "../net/url-redaction.js";
import type { FailedFile, SavedFile, SaveSource } from "./save-types.js";

/** The record of a saved file in a manifest. */
export type ManifestFile = Omit<SavedFile, "path" | "existing">;

/** Leaves out the fields that would be wrong when the directory moves. */
export function toManifestFile({ path: _path, existing: _existing, ...file }: SavedFile): ManifestFile {
  return file;
}

const version = 1;
const deepestValue = 50;

/** The manifest of an earlier save of the same result. */
export interface Manifest {
  readonly files: readonly ManifestFile[];
  /** The whole manifest, as it was read. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/**
 * Reads the manifest of an earlier save of the same result; an empty one where there is none. Throws when the path holds something
 * else, unless `force` allows to replace it.
 */
export async function readManifest(path: string, requestId: string, force: boolean): Promise<Manifest> {
  if ((await requireFile(path)) === "nothing") return { files: [], facts: {} };
  const facts = (await readJson(path))?.value;
  if (isRecord(facts) && facts["requestId"] === requestId && Array.isArray(facts["files"]))
    return { files: facts["files"].filter(isManifestFile), facts };
  if (force) return { files: [], facts: {} };
  throw new DownloadError(
    "exists",
    `${path} exists and is no manifest of this result. Save to another directory, or pass \`force: true\`.`,
  );
}

/** The facts that one save adds to the manifest. */
export interface ManifestEntry {
  readonly source: SaveSource;
  readonly model: string | undefined;
  readonly input: unknown;
  /** Every file that is on disk, also those of earlier saves. */
  readonly files: readonly ManifestFile[];
  readonly failed: readonly FailedFile[];
}

/**
 * Writes model, input, output, cost, times, and each file with its SHA-256. Facts that this save does not know stay as earlier
 * saves wrote them. URLs lose the parameters that give access, such as signatures; long `data:` URIs are cut.
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
    failed: failed.map(({ from, url, error, kept }) => ({
      from,
      url: redactUrl(url),
      message: error.message,
      ...(kept !== undefined && { doubtful: basename(kept) }),
    })),
  };
  const others = Object.entries(earlier).filter(([name]) => !Object.hasOwn(facts, name));
  try {
    await writeWhole(path, `${JSON.stringify({ ...facts, ...Object.fromEntries(others) }, null, 2)}\n`);
  } catch (cause) {
    throw diskError(path, cause);
  }
}

/** Copies a value as JSON, with {@link redactUrl} applied to every string. Values nested deeper than 50 become `null`. */
function redactValue(value: unknown, depth = 0): Json {
  if (typeof value === "string") return redactUrl(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (value === null || typeof value !== "object" || depth > deepestValue) return null;
  if (Array.isArray(value)) return value.map((item) => redactValue(item, depth + 1));
  const copy: Record<string, Json> = Object.create(null);
  for (const [key, item] of Object.entries(value))
    if (item !== undefined) copy[key] = redactValue(item, depth + 1);
  return copy;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Accepts only records that name a file of the manifest's own directory, because people and programs may edit a manifest. */
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
