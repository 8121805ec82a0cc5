import { readSignature } from "../../media/file-type.js";
import { mostThumbnailBytes } from "../files/thumbnails.js";
import { openShownFile } from "../files/shown-file.js";
import { ApiRefusal } from "../jobs/api-refusal.js";
import { listFiles } from "../jobs/job-view.js";
import { filePolicy, headersFor, sendJson } from "./http-answer.js";
import { readBody } from "./request-body.js";
import { sendFile } from "./sent-file.js";
import type { StudioCall, StudioService } from "./studio-service.js";

/** Answers a request for bytes that has a session's cookie: results, given files and small pictures. */
export async function answerFile(service: StudioService, call: StudioCall): Promise<void> {
  const [kind, ...rest] = call.path;
  if (call.method !== "GET" && call.method !== "HEAD") throw nothing();
  if (kind === "files" && rest.length === 2) return sendResult(service, call, rest[0]!, rest[1]!);
  if (kind === "inputs" && rest.length === 1) return sendInput(service, call, rest[0]!);
  if (kind === "thumbs" && rest.length === 2) return sendThumbnail(service, call, rest[0]!, rest[1]!);
  throw nothing();
}

function nothing(): ApiRefusal {
  return new ApiRefusal(404, "not_found", "There is no such file.");
}

async function sendResult(
  { parts }: StudioService,
  { request, response }: StudioCall,
  key: string,
  name: string,
): Promise<void> {
  const entry = parts.gallery.get(key);
  if (!entry) throw nothing();
  const { manifest } = entry;
  // The name is compared with those on record, and never becomes a path.
  const isManifest = manifest && name === `${manifest.requestId}.json`;
  const path = isManifest
    ? manifest.path
    : listFiles(entry, parts.saveFolder).find((file) => file.name === name)?.path;
  const file = path === undefined ? undefined : await openShownFile(path, parts.shownFolders);
  if (!file) throw nothing();
  if (!isManifest) return sendFile(request, response, file, name);
  try {
    const text = parts.hidePlaces(await file.handle.readFile("utf8"));
    sendJson(response, 200, Object(JSON.parse(text)) as object);
  } finally {
    await file.handle.close();
  }
}

async function sendInput(
  { parts }: StudioService,
  { request, response }: StudioCall,
  name: string,
): Promise<void> {
  const { given } = parts.files;
  const kept = await given.find(name);
  const file = kept && (await openShownFile(kept.path, [given.folder]));
  if (!file) throw nothing();
  return sendFile(request, response, file, name);
}

async function sendThumbnail(
  { parts }: StudioService,
  { request, response }: StudioCall,
  key: string,
  name: string,
): Promise<void> {
  const thumbnail = await parts.thumbnails.read(key, name);
  if (!thumbnail) throw nothing();
  const { bytes, contentType } = thumbnail;
  const headers = { "content-type": contentType, "content-length": bytes.length };
  response.writeHead(200, headersFor(filePolicy, headers)).end(request.method === "HEAD" ? undefined : bytes);
}

/** Keeps the small picture that the page made of a file. */
export async function keepThumbnail(
  { parts }: StudioService,
  { request, response, path }: StudioCall,
): Promise<void> {
  const [, key = "", name = "", ...more] = path;
  const entry = parts.gallery.get(key);
  const isKnown = entry && listFiles(entry, parts.saveFolder).some((file) => file.name === name);
  if (more.length > 0 || !isKnown) throw nothing();
  const bytes = await readBody(request, mostThumbnailBytes);
  if (readSignature(bytes)?.kind !== "image" || !(await parts.thumbnails.keep(key, name, bytes)))
    throw new ApiRefusal(415, "media", "A small picture is a PNG, JPEG or WebP.");
  sendJson(response, 200, {});
}
