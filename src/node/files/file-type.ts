/** A kind of file that gets its own extension when it is saved. */
export interface FileType {
  readonly extension: string;
  readonly contentType: string;
  readonly kind: "image" | "video" | "audio" | "other";
}

function type(extension: string, contentType: string): FileType {
  const kind = contentType.split("/")[0];
  return {
    extension,
    contentType,
    kind: kind === "image" || kind === "video" || kind === "audio" ? kind : "other",
  };
}

const types = {
  png: type("png", "image/png"),
  jpg: type("jpg", "image/jpeg"),
  webp: type("webp", "image/webp"),
  gif: type("gif", "image/gif"),
  avif: type("avif", "image/avif"),
  heic: type("heic", "image/heic"),
  mp4: type("mp4", "video/mp4"),
  mov: type("mov", "video/quicktime"),
  webm: type("webm", "video/webm"),
  mkv: type("mkv", "video/x-matroska"),
  mp3: type("mp3", "audio/mpeg"),
  wav: type("wav", "audio/wav"),
  m4a: type("m4a", "audio/mp4"),
  flac: type("flac", "audio/flac"),
  ogg: type("ogg", "audio/ogg"),
  glb: type("glb", "model/gltf-binary"),
} as const satisfies Record<string, FileType>;

/** Every extension that a saved file can have; `bin` is for bytes of an unknown kind. */
export const extensions: readonly string[] = [...Object.keys(types), "bin"];

/** Number of first bytes that are needed to tell the kind. */
export const signatureBytes = 4096;

function at(head: Uint8Array, offset: number, text: string): boolean {
  if (head.length < offset + text.length) return false;
  for (let i = 0; i < text.length; i++) if (head[offset + i] !== text.charCodeAt(i)) return false;
  return true;
}

const brands: Readonly<Record<string, FileType>> = {
  avif: types.avif,
  avis: types.avif,
  heic: types.heic,
  heix: types.heic,
  heim: types.heic,
  heis: types.heic,
  hevc: types.heic,
  mif1: types.heic,
  msf1: types.heic,
  "qt  ": types.mov,
  "M4A ": types.m4a,
  "M4B ": types.m4a,
};

/** ISO base media names its kind in the major brand; the two general image brands need the compatible brands too. */
function readBrand(head: Uint8Array): FileType {
  const text = new TextDecoder("latin1").decode(head.subarray(8, 64));
  const major = text.slice(0, 4);
  if (major === "mif1" || major === "msf1") {
    const length = (head[2] ?? 0) * 256 + (head[3] ?? 0);
    return text.slice(4, Math.max(4, length - 8)).includes("avif") ? types.avif : types.heic;
  }
  return Object.hasOwn(brands, major) ? brands[major]! : types.mp4;
}

/** Tells the kind of a file by its first bytes; `undefined` for an unknown kind. */
export function readSignature(head: Uint8Array): FileType | undefined {
  if (at(head, 0, "\x89PNG\r\n\x1a\n")) return types.png;
  if (at(head, 0, "\xff\xd8\xff")) return types.jpg;
  if (at(head, 0, "GIF87a") || at(head, 0, "GIF89a")) return types.gif;
  if (at(head, 0, "RIFF") && at(head, 8, "WEBP")) return types.webp;
  if ((at(head, 0, "RIFF") || at(head, 0, "RF64")) && at(head, 8, "WAVE")) return types.wav;
  if (at(head, 4, "ftyp")) return readBrand(head);
  if (at(head, 4, "moov") || at(head, 4, "wide") || at(head, 4, "mdat")) return types.mov;
  if (at(head, 0, "\x1a\x45\xdf\xa3")) {
    return new TextDecoder("latin1").decode(head.subarray(0, 64)).includes("webm") ? types.webm : types.mkv;
  }
  if (at(head, 0, "fLaC")) return types.flac;
  if (at(head, 0, "OggS")) return types.ogg;
  if (at(head, 0, "glTF")) return types.glb;
  if (at(head, 0, "ID3") || isMp3Frame(head)) return types.mp3;
  return undefined;
}

/** Recognises MPEG audio, which has no magic number: eleven bits are set, and no field has a reserved value. */
function isMp3Frame(head: Uint8Array): boolean {
  const [first = 0, second = 0, third = 0] = head;
  return (
    first === 0xff &&
    (second & 0xe0) === 0xe0 &&
    (second & 0x18) !== 0x08 &&
    (second & 0x06) === 0x02 &&
    (third & 0xf0) !== 0xf0 &&
    (third & 0xf0) !== 0 &&
    (third & 0x0c) !== 0x0c
  );
}
