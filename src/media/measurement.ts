import type { MediaRules } from "../input/model.js";

/** The measured properties of a media file. An absent one was not needed or could not be measured. */
export interface Measurement {
  readonly kind?: "image" | "video" | "audio" | "other";
  /** The content type that the file's bytes show. */
  readonly contentType?: string;
  readonly bytes?: number;
  /** Pixels as shown: a photo's orientation and a video's rotation are applied. */
  readonly width?: number;
  readonly height?: number;
  readonly seconds?: number;
}

/** The properties that a field's rules need. */
export interface Wanted {
  readonly pixels: boolean;
  readonly seconds: boolean;
  /** The kind of media that the field takes, if the documentation tells it. */
  readonly kind: MediaRules["kind"];
}

/** Number of bytes that may be read of a remote file. */
export const readBudget = 256 * 1024;
