import { mp3, mp4, png } from "./media-samples.js";

/** The kinds of media that models give. */
export type MediaKind = "image" | "video" | "audio";

/** A file that the emulator serves as a result. */
export interface MediaFile {
  readonly bytes: Uint8Array;
  /** The media type, such as `"video/mp4"`. */
  readonly type: string;
  /** Without the dot, such as `"mp4"`. */
  readonly extension: string;
}

/** The small real files that results link to unless the options bring others. */
export const ownMedia: Readonly<Record<MediaKind, MediaFile>> = {
  image: { bytes: decodeBase64(png), type: "image/png", extension: "png" },
  video: { bytes: decodeBase64(mp4), type: "video/mp4", extension: "mp4" },
  audio: { bytes: decodeBase64(mp3), type: "audio/mpeg", extension: "mp3" },
};

function decodeBase64(lines: readonly string[]): Uint8Array {
  return Buffer.from(lines.join(""), "base64");
}
