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

/** Every kind of file with an extension of its own. None of them is a program or a page. */
export const types = {
  png: type("png", "image/png"),
  jpg: type("jpg", "image/jpeg"),
  webp: type("webp", "image/webp"),
  gif: type("gif", "image/gif"),
  avif: type("avif", "image/avif"),
  heic: type("heic", "image/heic"),
  bmp: type("bmp", "image/bmp"),
  tiff: type("tiff", "image/tiff"),
  exr: type("exr", "image/x-exr"),
  svg: type("svg", "image/svg+xml"),
  mp4: type("mp4", "video/mp4"),
  mov: type("mov", "video/quicktime"),
  webm: type("webm", "video/webm"),
  mkv: type("mkv", "video/x-matroska"),
  avi: type("avi", "video/x-msvideo"),
  mp3: type("mp3", "audio/mpeg"),
  wav: type("wav", "audio/wav"),
  m4a: type("m4a", "audio/mp4"),
  aac: type("aac", "audio/aac"),
  flac: type("flac", "audio/flac"),
  ogg: type("ogg", "audio/ogg"),
  glb: type("glb", "model/gltf-binary"),
  gltf: type("gltf", "model/gltf+json"),
  obj: type("obj", "model/obj"),
  stl: type("stl", "model/stl"),
  ply: type("ply", "model/ply"),
  fbx: type("fbx", "application/vnd.autodesk.fbx"),
  usdz: type("usdz", "model/vnd.usdz+zip"),
  zip: type("zip", "application/zip"),
  json: type("json", "application/json"),
  srt: type("srt", "application/x-subrip"),
  vtt: type("vtt", "text/vtt"),
  txt: type("txt", "text/plain"),
} as const satisfies Record<string, FileType>;

/** Every extension that a saved file can have; `bin` is for bytes of an unknown kind. */
export const extensions: readonly string[] = [...Object.keys(types), "bin"];

/** The number of first bytes of a file that its kind is told by. */
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

const signatures: readonly (readonly [start: string, type: FileType])[] = [
  ["\x89PNG\r\n\x1a\n", types.png],
  ["\xff\xd8\xff", types.jpg],
  ["GIF87a", types.gif],
  ["GIF89a", types.gif],
  ["II*\0", types.tiff],
  ["MM\0*", types.tiff],
  ["\x76\x2f\x31\x01", types.exr],
  ["fLaC", types.flac],
  ["OggS", types.ogg],
  ["ID3", types.mp3],
  ["glTF", types.glb],
  ["ply\n", types.ply],
  ["ply\r\n", types.ply],
  ["Kaydara FBX Binary  \0", types.fbx],
  ["PK\x03\x04", types.zip],
  ["WEBVTT", types.vtt],
];

const riffForms: readonly (readonly [form: string, type: FileType])[] = [
  ["WEBP", types.webp],
  ["WAVE", types.wav],
  ["AVI ", types.avi],
];

/** Tells the kind of a file by its first bytes; `undefined` for an unknown kind. */
export function readSignature(head: Uint8Array): FileType | undefined {
  const plain = signatures.find(([start]) => at(head, 0, start));
  if (plain !== undefined) return plain[1];
  if (at(head, 0, "RIFF") || at(head, 0, "RF64")) return riffForms.find(([form]) => at(head, 8, form))?.[1];
  if (at(head, 4, "ftyp")) return readBrand(head);
  if (at(head, 4, "moov") || at(head, 4, "wide") || at(head, 4, "mdat")) return types.mov;
  if (at(head, 0, "\x1a\x45\xdf\xa3")) {
    return new TextDecoder("latin1").decode(head.subarray(0, 64)).includes("webm") ? types.webm : types.mkv;
  }
  // "BM" alone is too short: four bytes that are always 0 follow the size.
  if (at(head, 0, "BM") && at(head, 6, "\0\0\0\0")) return types.bmp;
  if (isMp3Frame(head)) return types.mp3;
  return isAacFrame(head) ? types.aac : undefined;
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

/** Recognises a stream of AAC: twelve bits are set, the layer is 0, and the rate has no reserved value. */
function isAacFrame(head: Uint8Array): boolean {
  const [first = 0, second = 0, third = 0] = head;
  return first === 0xff && (second & 0xf6) === 0xf0 && (third & 0x3c) >> 2 < 13;
}

/**
 * Accepts formats whose width and height are found in one pass. The other formats are nested boxes, for which the library needs time
 * that grows with the square of their number.
 */
export function isPlainImage(head: Uint8Array, contentType: string): boolean {
  return (
    ["image/png", "image/jpeg", "image/gif"].includes(contentType) ||
    (contentType === "image/webp" && at(head, 12, "VP8"))
  );
}
