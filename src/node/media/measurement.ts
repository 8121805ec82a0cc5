import type { MediaRules } from "../../input/model.js";

/** What was found out about a media file. What is absent was not asked for, or could not be measured. */
export interface Measurement {
  readonly kind?: "image" | "video" | "audio" | "other";
  /** By the file's own bytes. */
  readonly contentType?: string;
  readonly bytes?: number;
  /** Pixels as shown: a photo's orientation and a video's rotation are applied. */
  readonly width?: number;
  readonly height?: number;
  readonly seconds?: number;
}

/** What a rule needs to know. */
export interface Wanted {
  readonly pixels: boolean;
  readonly seconds: boolean;
  /** The kind of media that the field takes, where the documentation tells. */
  readonly kind: MediaRules["kind"];
}

/** The most that is read of a remote file, in bytes. */
export const readBudget = 256 * 1024;
