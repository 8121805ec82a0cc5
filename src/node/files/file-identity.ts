import { readSignature, type FileType } from "./file-type.js";

/** The kind of a downloaded file. */
export interface Identity {
  readonly extension: string;
  /** The content type that the bytes show; for bytes of an unknown kind the one that the host declared. */
  readonly contentType: string;
  readonly kind: FileType["kind"];
  /** Set when the bytes contradict the declared content type, or are of an unknown kind. */
  readonly warning?: string;
}

const acceptedTypes: Readonly<Record<string, readonly string[]>> = {
  // These containers have several content types.
  mp4: ["video/mp4", "video/quicktime", "video/x-m4v", "audio/mp4", "application/mp4"],
  mov: ["video/quicktime", "video/mp4"],
  m4a: ["audio/mp4", "audio/x-m4a", "audio/m4a", "audio/aac", "video/mp4"],
  jpg: ["image/jpeg", "image/jpg", "image/pjpeg"],
  heic: ["image/heic", "image/heif"],
  webm: ["video/webm", "audio/webm"],
  mkv: ["video/x-matroska", "video/webm"],
  mp3: ["audio/mpeg", "audio/mp3"],
  wav: ["audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"],
  flac: ["audio/flac", "audio/x-flac"],
  ogg: ["audio/ogg", "video/ogg", "application/ogg", "audio/opus"],
};

/** Content types that say nothing about the file. */
const unknownTypes = new Set([
  "",
  "application/octet-stream",
  "binary/octet-stream",
  "application/x-download",
]);

/** Chooses a file's extension from its first bytes and its content type. Bytes of an unknown kind get `bin`. */
export function identifyFile(head: Uint8Array, contentTypeHeader: string | undefined): Identity {
  const declared = (contentTypeHeader ?? "").split(/[;,]/)[0]!.trim().toLowerCase();
  const found = readSignature(head);
  if (found === undefined) {
    const claim = unknownTypes.has(declared)
      ? "The host does not say what this is"
      : `The host calls this ${printable(declared)}`;
    return {
      extension: "bin",
      contentType: /^[a-z0-9.+-]+\/[a-z0-9.+-]+$/.test(declared) ? declared : "application/octet-stream",
      kind: "other",
      warning: `${claim}, but its bytes are ${describeBytes(head)}; it was saved as .bin.`,
    };
  }
  const agrees =
    unknownTypes.has(declared) ||
    declared === found.contentType ||
    acceptedTypes[found.extension]?.includes(declared);
  return {
    ...found,
    ...(!agrees && {
      warning: `The host calls this ${printable(declared)}, but its bytes are ${found.contentType}; it was named by its bytes.`,
    }),
  };
}

function describeBytes(head: Uint8Array): string {
  if (head.length === 0) return "none at all";
  const text = new TextDecoder("latin1").decode(head.subarray(0, 512)).trimStart().toLowerCase();
  if (/^(<!doctype html|<html|<head|<body|<script)/.test(text)) return "an HTML page";
  if (/^(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?(<!doctype svg[^>]*>\s*)?<svg/s.test(text)) return "an SVG drawing";
  if (/^<(\?xml|error)/.test(text)) return "XML";
  if (/^[{[]/.test(text)) return "JSON or other text";
  if (text.startsWith("mz") || text.startsWith("\x7felf") || text.startsWith("#!")) return "a program";
  return "of no known media kind";
}

function printable(text: string): string {
  return text.slice(0, 60).replace(/[^\x20-\x7e]/g, "?");
}
