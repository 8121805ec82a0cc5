import { readSignature, types, type FileType } from "../../media/file-type.js";
import {
  describeContent,
  extensionOf,
  readDeclaredType,
  typeOfContentType,
  typeOfPath,
} from "./declared-type.js";

/** The kind of a downloaded file. */
export interface Identity {
  readonly extension: string;
  /** The content type that the bytes show; for bytes of an unknown kind the one that the host declared. */
  readonly contentType: string;
  readonly kind: FileType["kind"];
  /** Set when the bytes contradict the declared content type, or are of an unknown kind. */
  readonly warning?: string;
  /** Set when the bytes cannot be the file that was announced, such as a page in place of a picture. */
  readonly fault?: string;
}

/** The names by which a file's origin describes it. */
export interface FileClues {
  /** The host's `Content-Type`. */
  readonly contentType?: string | undefined;
  /** The path of its URL; empty where there is none. */
  readonly path?: string | undefined;
  /** The kind of media that the output's key names, such as `"video"`. */
  readonly expected?: "image" | "video" | "audio" | undefined;
}

/** Content types that are right for a container, besides those that name exactly this kind. */
const containerTypes: Readonly<Record<string, readonly string[]>> = {
  mp4: ["video/quicktime", "audio/mp4"],
  mov: ["video/mp4"],
  m4a: ["audio/m4a", "audio/aac", "video/mp4"],
  webm: ["audio/webm"],
  mkv: ["video/webm"],
  zip: ["model/vnd.usdz+zip"],
  fbx: ["text/plain"],
};

/** Content types that say nothing about the file. */
const unknownTypes = new Set([
  "",
  "application/octet-stream",
  "binary/octet-stream",
  "application/x-download",
]);

/**
 * Chooses a file's extension from its first bytes; for kinds that have no signature, from the names that the host gives it. Bytes
 * of an unknown kind get `bin`.
 */
export function identifyFile(head: Uint8Array, clues: FileClues): Identity {
  const declared = (clues.contentType ?? "").split(/[;,]/)[0]!.trim().toLowerCase();
  const path = clues.path ?? "";
  const signed = refine(readSignature(head), declared, path);
  const found = signed ?? readDeclaredType(head, declared, path);
  const fault = signed ? undefined : findFault(head, found, declared, clues);
  const warning = found ? compareTypes(found, declared) : describeUnknown(head, declared);
  const unknown = {
    extension: "bin",
    contentType: /^[a-z0-9.+-]+\/[a-z0-9.+-]+$/.test(declared) ? declared : "application/octet-stream",
    kind: "other",
  } as const;
  return { ...(found ?? unknown), ...(warning && { warning }), ...(fault && { fault }) };
}

/** Tells a USDZ model from a ZIP archive, whose bytes look the same, by its names. */
function refine(found: FileType | undefined, declared: string, path: string): FileType | undefined {
  const isModel = [typeOfContentType(declared), typeOfPath(path)].includes(types.usdz);
  return found === types.zip && isModel ? types.usdz : found;
}

function compareTypes(found: FileType, declared: string): string | undefined {
  const agrees =
    unknownTypes.has(declared) ||
    typeOfContentType(declared) === found ||
    containerTypes[found.extension]?.includes(declared) ||
    // Many hosts send every text file as `text/plain`.
    (declared === "text/plain" &&
      ["obj", "ply", "stl", "gltf", "json", "srt", "vtt", "svg"].includes(found.extension)) ||
    (declared === "application/json" && found === types.gltf);
  return agrees
    ? undefined
    : `The host calls this ${printable(declared)}, but its bytes are ${found.contentType}; it was named by its bytes.`;
}

function describeUnknown(head: Uint8Array, declared: string): string {
  const claim = unknownTypes.has(declared)
    ? "The host does not say what this is"
    : `The host calls this ${printable(declared)}`;
  return `${claim}, but its bytes are ${describeContent(head)}; it was saved as .bin.`;
}

/** Kinds that are recognised by the names that the host gives them. */
const unsigned: ReadonlySet<FileType> = new Set([
  types.svg,
  types.gltf,
  types.obj,
  types.stl,
  types.ply,
  types.fbx,
  types.json,
  types.srt,
  types.vtt,
  types.txt,
]);

/** Says why bytes without a signature cannot be the file that was announced. */
function findFault(
  head: Uint8Array,
  found: FileType | undefined,
  declared: string,
  { path = "", expected }: FileClues,
): string | undefined {
  const content = describeContent(head);
  if (content === "an HTML page") {
    const isAsked = expected === undefined && /^html?$/.test(extensionOf(path));
    return isAsked ? undefined : "it is an HTML page";
  }
  const isText =
    found === undefined ? /^(XML|JSON|text|a program|an SVG drawing)$/.test(content) : found.kind === "other";
  if (expected !== undefined && isText && found !== types.stl)
    return `it is ${content}, not ${withArticle(expected)}`;
  const announced = [typeOfContentType(declared), typeOfPath(path)].find(
    (one) => one !== undefined && !unsigned.has(one),
  );
  if (found !== undefined || announced === undefined) return undefined;
  return `it is announced as ${announced.contentType}, but its bytes are ${content}`;
}

function withArticle(kind: string): string {
  return kind === "video" ? "a video" : kind === "audio" ? "audio" : "an image";
}

function printable(text: string): string {
  return text.slice(0, 60).replace(/[^\x20-\x7e]/g, "?");
}
