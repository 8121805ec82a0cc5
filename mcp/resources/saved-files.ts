import { readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, relative, isAbsolute } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { ReadResourceResult, Resource } from "@modelcontextprotocol/server";
import type { JobRecord } from "runcomfy-models/once";
import type { Session } from "../session/session.js";

/** Files of the newest jobs are listed. */
const mostListed = 100;

/** The largest file that is given as a whole. A larger one is to be opened by its path. */
const mostBytes = 8_000_000;

/** A saved file or manifest. */
interface SavedEntry {
  readonly path: string;
  readonly mimeType: string;
  readonly size?: number;
}

/** The `file:` URL of a path, by which resources are named. */
export function toFileUri(path: string): string {
  return pathToFileURL(path).href;
}

/** The saved files and manifests of the jobs on record, the newest first. */
export async function listSaved(session: Session): Promise<Resource[]> {
  const entries = await findEntries(session);
  return entries.slice(0, mostListed).map(({ path, mimeType, size }) => ({
    uri: toFileUri(path),
    name: basename(path),
    title: basename(path),
    mimeType,
    ...(size !== undefined && { size }),
  }));
}

/**
 * Reads a saved file or manifest: only those that the record of jobs names and that lie in the folder of `--save`.
 *
 * @throws Error for any other address, and for a file that is too large.
 */
export async function readSaved(session: Session, uri: string): Promise<ReadResourceResult> {
  const entry = (await findEntries(session)).find(({ path }) => toFileUri(path) === uri);
  if (!entry) throw new Error("This is no saved file of a job on record in the folder of --save.");
  const path = fileURLToPath(uri);
  const { size } = await stat(path);
  if (size > mostBytes) throw new Error(`The file has ${size} bytes: open it by its path, ${path}.`);
  const { mimeType } = entry;
  const bytes = await readFile(path);
  return {
    contents: [
      mimeType === "application/json"
        ? { uri, mimeType, text: bytes.toString("utf8") }
        : { uri, mimeType, blob: bytes.toString("base64") },
    ],
  };
}

async function findEntries({ store, client, settings }: Session): Promise<SavedEntry[]> {
  const { save } = settings;
  if (save === undefined) return [];
  const records: JobRecord[] = [];
  for await (const record of store.list({ origin: client.origin, space: "", state: "done" }))
    if (record.files && record.files.length > 0) records.push(record);
  records.sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1));
  const entries: SavedEntry[] = [];
  for (const record of records) {
    if (entries.length >= mostListed * 2) break;
    for (const entry of listEntries(record)) if (await isInside(save, entry.path)) entries.push(entry);
  }
  return entries;
}

function listEntries({ files = [], job }: JobRecord): SavedEntry[] {
  const saved = files.map(({ path, bytes, contentType = "application/octet-stream" }) => ({
    path,
    mimeType: contentType,
    ...(bytes !== undefined && { size: bytes }),
  }));
  const [first] = files;
  if (!first || !job) return saved;
  return [...saved, { path: join(dirname(first.path), `${job.id}.json`), mimeType: "application/json" }];
}

/** True for a regular file below a folder; links that lead out of it do not count. */
async function isInside(folder: string, path: string): Promise<boolean> {
  try {
    const way = relative(folder, await realpath(path));
    return way !== "" && !isAbsolute(way) && way.split(/[/\\]/)[0] !== ".." && (await stat(path)).isFile();
  } catch {
    return false;
  }
}
