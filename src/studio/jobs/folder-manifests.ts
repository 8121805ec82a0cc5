import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { readJson } from "../../node/files/disk.js";
import { mapConcurrently } from "../../node/net/concurrency.js";
import { isManifestFile } from "../../node/save/manifest.js";

/** The facts of a manifest that the gallery shows. */
export interface FolderManifest {
  readonly requestId: string;
  readonly path: string;
  readonly model: string;
  readonly createdAt: string;
  readonly finishedAt?: string;
  readonly costUsd?: number;
  readonly input?: unknown;
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly contentType: string }[];
}

interface Read {
  readonly mark: string;
  readonly manifest: FolderManifest | undefined;
}

const mostBytes = 4_000_000;
const readsAtOnce = 16;

/** The manifests in the folder of saved files. Each is read once, and again when it has changed. */
export class FolderManifests {
  readonly #folder: string;
  #read = new Map<string, Read>();
  #mark = "";

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The manifests by request id, and whether any of them changed since the last call. */
  async list(): Promise<{ readonly byId: ReadonlyMap<string, FolderManifest>; readonly isChanged: boolean }> {
    const mark = await markOf(this.#folder);
    const isChanged = mark !== this.#mark;
    if (isChanged) {
      const names = await readdir(this.#folder).catch((): string[] => []);
      const jsons = names.filter((name) => /^[\w-]{1,128}\.json$/.test(name));
      const entries = await mapConcurrently(jsons, readsAtOnce, (name) => this.#readOne(name));
      this.#read = new Map(entries);
      this.#mark = mark;
    }
    const found = [...this.#read.values()].flatMap(({ manifest }) => manifest ?? []);
    return { byId: new Map(found.map((manifest) => [manifest.requestId, manifest])), isChanged };
  }

  async #readOne(name: string): Promise<readonly [name: string, read: Read]> {
    const path = join(this.#folder, name);
    const mark = await markOf(path);
    const known = this.#read.get(name);
    if (known?.mark === mark) return [name, known];
    const facts = (await readJson(path, { maxBytes: mostBytes }))?.value;
    return [name, { mark, manifest: toManifest(path, name.replace(/\.json$/, ""), facts) }];
  }
}

/** Changes with the folder or the file. */
async function markOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found ? `${found.ino} ${found.size} ${found.mtimeMs}` : "none";
}

function toManifest(path: string, requestId: string, value: unknown): FolderManifest | undefined {
  const facts = Object(value) as { readonly [name: string]: unknown };
  if (facts["requestId"] !== requestId || !Array.isArray(facts["files"])) return undefined;
  const { model, createdAt, finishedAt, cost, input } = facts;
  return {
    requestId,
    path,
    model: typeof model === "string" ? model : "",
    createdAt: toDate(createdAt) ?? toDate(finishedAt) ?? new Date(0).toISOString(),
    ...(toDate(finishedAt) !== undefined && { finishedAt: toDate(finishedAt)! }),
    ...(typeof cost === "number" && { costUsd: cost }),
    ...(input !== undefined && { input }),
    files: facts["files"].filter(isManifestFile).map(({ name, bytes, contentType }) => ({
      name,
      bytes,
      contentType: String(contentType),
    })),
  };
}

/** A date of the service, which may have no zone. */
function toDate(value: unknown): string | undefined {
  const ms = typeof value === "string" ? Date.parse(value) : NaN;
  return Number.isFinite(ms) ? new Date(ms).toISOString() : undefined;
}
