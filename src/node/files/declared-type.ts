import { isUtf8 } from "node:buffer";
import { types, type FileType } from "../../media/file-type.js";

/** Content types, besides the usual one of each kind. */
const otherTypes: Readonly<Record<string, FileType>> = {
  "image/jpg": types.jpg,
  "image/pjpeg": types.jpg,
  "image/heif": types.heic,
  "image/x-ms-bmp": types.bmp,
  "image/aces": types.exr,
  "video/x-m4v": types.mp4,
  "application/mp4": types.mp4,
  "video/avi": types.avi,
  "video/vnd.avi": types.avi,
  "audio/mp3": types.mp3,
  "audio/x-wav": types.wav,
  "audio/wave": types.wav,
  "audio/vnd.wave": types.wav,
  "audio/x-m4a": types.m4a,
  "audio/aacp": types.aac,
  "audio/x-aac": types.aac,
  "audio/x-flac": types.flac,
  "application/ogg": types.ogg,
  "video/ogg": types.ogg,
  "audio/opus": types.ogg,
  "text/prs.wavefront-obj": types.obj,
  "application/sla": types.stl,
  "application/vnd.ms-pki.stl": types.stl,
  "model/x.stl-binary": types.stl,
  "model/x.stl-ascii": types.stl,
  "application/ply": types.ply,
  "application/x-ply": types.ply,
  "model/x-fbx": types.fbx,
  "application/x-fbx": types.fbx,
  "model/vnd.pixar.usd": types.usdz,
  "application/x-zip-compressed": types.zip,
  "text/json": types.json,
  "text/srt": types.srt,
  "application/x-srt": types.srt,
};

const typesByName: ReadonlyMap<string, FileType> = new Map([
  ...Object.values(types).map((one) => [one.contentType, one] as const),
  ...Object.entries(otherTypes),
]);

const otherExtensions: Readonly<Record<string, FileType>> = {
  jpeg: types.jpg,
  heif: types.heic,
  tif: types.tiff,
  m4v: types.mp4,
  opus: types.ogg,
  oga: types.ogg,
};

const typesByExtension: ReadonlyMap<string, FileType> = new Map([
  ...Object.entries(types),
  ...Object.entries(otherExtensions),
]);

/** Gives the kind of file that a content type names. */
export function typeOfContentType(contentType: string): FileType | undefined {
  return typesByName.get(contentType);
}

/** Gives the kind of file that a URL's path names by its extension. */
export function typeOfPath(path: string): FileType | undefined {
  return typesByExtension.get(extensionOf(path));
}

/** The extension of a path in lower case; empty where there is none. */
export function extensionOf(path: string): string {
  return /\.([a-z0-9]{1,8})$/i.exec(path)?.[1]?.toLowerCase() ?? "";
}

type Form = "json" | "text" | "model" | "bitmap";

/** The forms of bytes that kinds without a sure signature can have. */
const forms: ReadonlyMap<FileType, Form> = new Map<FileType, Form>([
  // Two letters are too short for a signature, but enough where the host names the kind.
  [types.bmp, "bitmap"],
  [types.json, "json"],
  [types.gltf, "json"],
  [types.obj, "text"],
  [types.ply, "text"],
  [types.srt, "text"],
  [types.vtt, "text"],
  [types.txt, "text"],
  [types.fbx, "text"],
  // A binary STL begins with 80 bytes of anything.
  [types.stl, "model"],
]);

/**
 * Tells the kind of a file without a signature by the names that its host gives: by its content type or, where that is general, by
 * the extension of its path. Gives `undefined` where the bytes cannot be of that kind, and for programs and HTML pages.
 */
export function readDeclaredType(head: Uint8Array, contentType: string, path: string): FileType | undefined {
  const content = describeContent(head);
  if (content === "an HTML page" || content === "a program") return undefined;
  const byPath = typeOfPath(path);
  const byType = typeOfContentType(contentType);
  if (content === "an SVG drawing") {
    const others = [byType, byPath].filter((one) => one !== undefined && one !== types.txt);
    return others.every((one) => one === types.svg) ? types.svg : undefined;
  }
  const isGeneral = byType === undefined || byType === types.txt || byType === types.json;
  const told = (isGeneral ? byPath : undefined) ?? byType;
  const form = told && forms.get(told);
  if (form === "json") return content === "JSON" ? told : undefined;
  if (form === "text") return isText(head) ? told : undefined;
  if (form === "bitmap") return head[0] === 0x42 && head[1] === 0x4d ? told : undefined;
  return form === "model" && (head.length >= 84 || isText(head)) ? told : undefined;
}

/** Names the content of a file of an unknown kind. */
export function describeContent(head: Uint8Array): string {
  if (head.length === 0) return "none at all";
  const text = new TextDecoder("latin1").decode(head.subarray(0, 512)).replace(/^(ï»¿)?\s+|^ï»¿/, "");
  const start = text.toLowerCase();
  if (/^(<!--.*?-->\s*)?(<!doctype html|<html|<head|<body|<script|<title|<meta)/s.test(start))
    return "an HTML page";
  if (/^(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?(<!doctype svg[^>]*>\s*)?<svg/s.test(start))
    return "an SVG drawing";
  if (/^<(\?xml|error)/.test(start)) return /<html/.test(start) ? "an HTML page" : "XML";
  if (/^(MZ|\x7fELF|#!|\xcf\xfa\xed\xfe|\xce\xfa\xed\xfe|\xca\xfe\xba\xbe)/.test(text)) return "a program";
  if (!isText(head)) return "of no known media kind";
  return /^[{[]/.test(text) ? "JSON" : "text";
}

/** Accepts UTF-8 without control characters; the head may end within a character. */
function isText(head: Uint8Array): boolean {
  const whole = [0, 1, 2, 3].some((cut) => isUtf8(head.subarray(0, Math.max(0, head.length - cut))));
  // oxlint-disable-next-line no-control-regex -- these are what tells bytes from text
  return whole && !/[\0-\x08\x0e-\x1a\x7f]/.test(new TextDecoder("latin1").decode(head));
}
