import { replaceValues } from "../../attach/replace-values.js";
import { pointerTo, splitPointer } from "../../errors/issue.js";
import type { Issue } from "../../errors/issue.js";
import type { CheckedModel } from "../../input/define-model.js";
import type { Schema } from "../../input/model.js";
import { types } from "../../media/file-type.js";
import { findMediaFields } from "../../media/media-fields.js";
import { inputRefusal, Refusal } from "./failures.js";
import { nameUser } from "./job-handle.js";
import type { ProxyUpload, UploadCall } from "./proxy-wire.js";
import { fromBase64Url, toBase64Url } from "./signatures.js";
import type { UserContext } from "./user-context.js";

/** The content of an upload's value: the facts with which the file was announced. */
type Announced = readonly [name: string, model: string, field: string, contentType: string, bytes: number];

/** Begins a media value that stands for an upload. */
const scheme = "upload:";

/** Pictures, videos and sound. An SVG may hold scripts, which would run where the storage shows it to a visitor. */
const mediaTypes = Object.values(types).filter(
  ({ kind, extension }) => kind !== "other" && extension !== "svg",
);

/** Signs an address for one file of one field of one model. */
export async function signUpload(context: UserContext, call: UploadCall): Promise<ProxyUpload> {
  const { settings, signatures, user } = context;
  const { uploads } = settings;
  const { model: modelId, field, contentType, bytes } = call;
  if (!uploads) throw new Refusal("not_found", "This server takes no files.");
  const model = settings.models.get(modelId);
  if (!model) throw new Refusal("not_found", "There is no such model here.");
  const { storage, maxBytes = 50_000_000, expiresInMs = 900_000 } = uploads;
  const type = mediaTypes.find((one) => one.contentType === contentType.toLowerCase());
  const kind = findKind(model, field);
  const refuse = (code: Issue["code"], message: string) => inputRefusal([{ code, path: field, message }]);
  if (kind === undefined) throw refuse("unknown_field", "is not a field of this model that takes a file");
  if (!type || (kind !== "any" && type.kind !== kind))
    throw refuse(
      "media",
      `takes ${kind === "any" ? "pictures, videos and sound" : `a file of the kind ${kind}`}`,
    );
  if (bytes > maxBytes) throw refuse("too_large", `takes a file of at most ${maxBytes} bytes`);
  const name = `${crypto.randomUUID()}.${type.extension}`;
  const signed = await storage.signUpload({ name, contentType: type.contentType, bytes }, expiresInMs);
  const announced: Announced = [name, modelId, shapeOf(field), type.contentType, bytes];
  const payload = toBase64Url(new TextEncoder().encode(JSON.stringify(announced)));
  return {
    user: await nameUser({ signatures, user }),
    uploadUrl: signed.url,
    headers: signed.headers,
    value: `${scheme}${payload}.${await signatures.sign("upload", user, payload)}`,
    expiresInMs,
  };
}

/** The kind of file that a field takes; undefined where the field takes no file. */
function findKind({ input }: CheckedModel, field: string): string | undefined {
  // The schema is walked with a value that has one text at this place and nothing else, as for a real input.
  const keys = splitPointer(field);
  let value: unknown = "file";
  for (const key of keys.toReversed())
    value = /^\d+$/.test(key) ? toSparse(Number(key), value) : { [key]: value };
  const [found] = keys.length > 0 ? findMediaFields(input as Schema, value) : [];
  return found && (found.rules.kind ?? "any");
}

const mostItems = 100;

function toSparse(index: number, value: unknown): unknown[] {
  return index < mostItems ? [...Array.from({ length: index }, () => null), value] : [];
}

/** A field without its place in a list: a page may change the order of its files. */
function shapeOf(field: string): string {
  return splitPointer(field)
    .map((key) => pointerTo(/^\d+$/.test(key) ? "*" : key))
    .join("");
}

/** The uploads that an input names, by their place. */
export type NamedUploads = ReadonlyMap<string, { readonly name: string; readonly bytes: number }>;

/** Reads the uploads that an input names. Throws the Refusal of one that is not this user's, or is meant for another field. */
export async function findUploads(
  { signatures, user, settings }: UserContext,
  model: CheckedModel,
  input: unknown,
): Promise<NamedUploads> {
  const found = new Map<string, { readonly name: string; readonly bytes: number }>();
  const issues: Issue[] = [];
  for (const { path, value } of findMediaFields(model.input as Schema, input)) {
    if (!value.startsWith(scheme)) {
      if (settings.mediaFrom === "uploads")
        issues.push({ code: "media_address", path, message: "takes an uploaded file only" });
      continue;
    }
    const [payload = "", signature = ""] = value.slice(scheme.length).split(".");
    const isOurs = settings.uploads && (await signatures.verify(signature, "upload", user, payload));
    const [name, modelId, field, , bytes] = isOurs ? readAnnounced(payload) : [];
    if (name === undefined || bytes === undefined || modelId !== model.id || field !== shapeOf(path))
      issues.push({ code: "media_address", path, message: "is no upload of yours for this field" });
    else found.set(path, { name, bytes });
  }
  if (issues.length > 0) throw inputRefusal(issues);
  return found;
}

function readAnnounced(payload: string): Announced {
  return JSON.parse(new TextDecoder().decode(fromBase64Url(payload))) as Announced;
}

/**
 * The input with the addresses of its uploads. The addresses are signed anew each time, which changes nothing for the job's record.
 */
export async function resolveUploads(
  { settings }: UserContext,
  named: NamedUploads,
  input: unknown,
): Promise<unknown> {
  const addresses = new Map<string, string>();
  for (const [path, { name }] of named)
    addresses.set(path, await settings.uploads!.storage.signDownload(name));
  return replaceValues(input, addresses);
}

/** Refuses uploads that never arrived, or arrived with another size: the job would be paid, and fail. */
export async function checkArrival(
  { settings }: UserContext,
  named: NamedUploads,
  signal: AbortSignal,
): Promise<void> {
  const issues: Issue[] = [];
  for (const [path, { name, bytes }] of named) {
    const { storage } = settings.uploads!;
    if (!storage.sizeOf || (await storage.sizeOf(name, signal)) === bytes) continue;
    issues.push({ code: "media", path, message: "was not uploaded, or not as a whole" });
  }
  if (issues.length > 0) throw inputRefusal(issues);
}
