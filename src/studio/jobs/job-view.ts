import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { StudioFile, StudioJob } from "../job-api-types.js";
import { isInFolders, servedType } from "../files/shown-file.js";
import { toApiInput } from "../models/given-input.js";
import type { GalleryEntry } from "./gallery.js";
import type { StudioParts } from "./studio-parts.js";

/** A file of a job, with its place on this machine. */
export interface PlacedFile {
  readonly name: string;
  readonly path: string;
  readonly bytes?: number | undefined;
  readonly contentType?: string | undefined;
}

/** The files of a job: those that its record names, else those of its manifest. */
export function listFiles({ source, manifest }: GalleryEntry, saveFolder: string): PlacedFile[] {
  const { files } = source?.record ?? {};
  if (files && files.length > 0)
    return files.map(({ path, bytes, contentType }) => ({ name: basename(path), path, bytes, contentType }));
  return (manifest?.files ?? []).map((file) => ({ ...file, path: join(saveFolder, file.name) }));
}

/** Jobs as the page sees them. */
export async function viewJobs(parts: StudioParts, entries: readonly GalleryEntry[]): Promise<StudioJob[]> {
  const hasThumb = await parts.thumbnails.known();
  return Promise.all(entries.map((entry) => viewJob(parts, entry, hasThumb)));
}

async function viewJob(
  parts: StudioParts,
  entry: GalleryEntry,
  hasThumb: (key: string, name: string) => boolean,
): Promise<StudioJob> {
  const { gallery, notes, models, saveFolder, shownFolders } = parts;
  const { key, source, manifest, startedAt } = entry;
  const record = source?.record;
  const model = record?.model || manifest?.model || "";
  const { error: liveError, ...facts } = gallery.liveOf(key);
  // The files of a job are noted a moment before the wait for it ends.
  const live = record?.files && !record.filesMissing ? {} : facts;
  const input = record?.input ?? manifest?.input;
  const error = liveError ?? record?.error ?? findStrayError(parts, entry);
  const files = await Promise.all(
    listFiles(entry, saveFolder).map((file) => viewFile(key, file, shownFolders, hasThumb(key, file.name))),
  );
  const endedAt = record ? findEnd(entry) : manifest?.finishedAt;
  const costUsd = record?.costUsd ?? manifest?.costUsd;
  const others = record?.otherJobs?.map(({ id }) => id);
  const job = record?.job?.id ?? manifest?.requestId;
  return {
    ...{ key, model, title: models.titleOf(model), state: record?.state ?? "done", ...live, startedAt },
    ...(endedAt !== undefined && { endedAt }),
    ...(record?.tookMs !== undefined && { tookMs: record.tookMs }),
    ...(record?.usd !== undefined && { usd: record.usd }),
    ...(costUsd !== undefined && { costUsd }),
    ...(job !== undefined && { job }),
    ...(others && others.length > 0 && { otherJobs: others }),
    ...(input !== undefined && { input: toApiInput(input) }),
    files,
    ...(isSendable(parts, entry) && { sendable: true as const }),
    ...(isFetchable(parts, entry) && { fetchable: true as const }),
    ...(manifest && { manifest: addressOf("files", key, `${manifest.requestId}.json`) }),
    ...(error && { error: { code: error.code, message: parts.hidePlaces(error.message) } }),
    favourite: notes.isFavourite(key),
    ...(source?.batch !== undefined && { batch: source.batch }),
  };
}

/** True for a record that this studio may send. Rows of batches and jobs of agents are sent by the program that made them. */
function isSendable({ client, store }: StudioParts, { source }: GalleryEntry): boolean {
  if (source?.store !== store) return false;
  const { state, space, origin } = source.record;
  return (state === "new" || state === "held") && space === "" && origin === client.origin;
}

function isFetchable({ client, store, gallery }: StudioParts, { key, source }: GalleryEntry): boolean {
  if (source?.store !== store) return false;
  const { state, job, origin, filesMissing = 0 } = source.record;
  if (!job || origin !== client.origin || gallery.liveOf(key).status !== undefined) return false;
  return state === "accepted" || (state === "done" && filesMissing > 0);
}

/** The date of the last change of a job that has ended. */
function findEnd({ source }: GalleryEntry): string | undefined {
  const record = source?.record;
  return record && ["done", "failed", "cancelled", "rejected"].includes(record.state)
    ? record.updatedAt
    : undefined;
}

/** A job that this studio cannot wait for, since another service runs it. */
function findStrayError({ client }: StudioParts, { source }: GalleryEntry): StudioJob["error"] {
  const record = source?.record;
  if (record?.state !== "accepted" || record.origin === client.origin) return undefined;
  const message = `This job runs at ${record.origin}. A studio of that address waits for it.`;
  return { code: "other_service", message };
}

async function viewFile(
  key: string,
  { name, path, bytes, contentType }: PlacedFile,
  folders: readonly string[],
  thumb: boolean,
): Promise<StudioFile> {
  const found = (await isInFolders(path, folders)) ? await stat(path).catch(() => undefined) : undefined;
  const size = bytes ?? found?.size;
  return {
    name,
    type: contentType ?? servedType(name).contentType,
    ...(size !== undefined && { bytes: size }),
    ...(found?.isFile() && { url: addressOf("files", key, name) }),
    thumb,
  };
}

function addressOf(kind: "files", key: string, name: string): string {
  return `/${kind}/${encodeURIComponent(key)}/${encodeURIComponent(name)}`;
}
