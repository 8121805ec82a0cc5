import { createHash } from "node:crypto";
import { mp3, mp4, png } from "./media-data.js";

/** The kinds of media that models give. */
export type MediaKind = "image" | "video" | "audio";

/** A file that the emulator serves as a result. */
export interface MediaFile {
  readonly bytes: Uint8Array;
  /** Such as `"video/mp4"`. */
  readonly type: string;
  /** Without the dot, such as `"mp4"`. */
  readonly extension: string;
}

function decode(lines: readonly string[]): Uint8Array {
  return Buffer.from(lines.join(""), "base64");
}

/** The small real files that results show unless the options bring others. */
export const ownMedia: Readonly<Record<MediaKind, MediaFile>> = {
  image: { bytes: decode(png), type: "image/png", extension: "png" },
  video: { bytes: decode(mp4), type: "video/mp4", extension: "mp4" },
  audio: { bytes: decode(mp3), type: "audio/mpeg", extension: "mp3" },
};

/** A strong validator that differs between jobs even where their bytes are the same. */
export function tagOf(requestId: string, file: MediaFile): string {
  return `"${createHash("sha256").update(requestId).update(file.bytes).digest("hex").slice(0, 16)}"`;
}

/** A slice of a file, both ends included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * What a `Range` header asks of a file of `size` bytes: a slice, `"unsatisfiable"`, or undefined where the whole file is the answer
 * (no header, several ranges, another unit, nonsense).
 */
export function readRange(header: string | undefined, size: number): ByteRange | "unsatisfiable" | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.replaceAll(" ", "") ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return undefined;
  const [from, to] = [match[1]!, match[2]!];
  if (from === "") {
    const length = Math.min(Number(to), size);
    return length === 0 ? "unsatisfiable" : { first: size - length, last: size - 1 };
  }
  const first = Number(from);
  if (first >= size) return "unsatisfiable";
  const last = to === "" ? size - 1 : Math.min(Number(to), size - 1);
  return last < first ? undefined : { first, last };
}
