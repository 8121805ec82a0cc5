import type { MediaBytes } from "./media-bytes.js";
import { readBudget, UnmeasurableError } from "./media-bytes.js";
import { readSignature } from "./signature.js";

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

/** The libraries that measure; both are optional peers and are loaded when first needed. Their own types stay out of ours. */
export interface Libraries {
  readonly image: () => Promise<{
    readonly imageSize: (bytes: Uint8Array) => {
      readonly width: number;
      readonly height: number;
      readonly orientation?: number | undefined;
    };
  }>;
  /** The module `mediabunny`. */
  readonly media: () => Promise<unknown>;
}

/** The libraries as installed. */
export const installedLibraries: Libraries = {
  image: () => import("image-size"),
  media: () => import("mediabunny"),
};

/** What a rule needs to know. */
export interface Wanted {
  readonly pixels: boolean;
  readonly seconds: boolean;
}

/** Measures a file; what stays unknown is told in `warnings`. */
export const measure = async (
  file: MediaBytes,
  wanted: Wanted,
  libraries: Libraries,
): Promise<{ measured: Measurement; warnings: string[] }> => {
  const { head } = file;
  const type = readSignature(head);
  const known: Measurement = {
    ...(type && { kind: type.kind, contentType: type.contentType }),
    ...(file.size !== undefined && { bytes: file.size }),
  };
  try {
    if (type?.kind === "image")
      return { measured: { ...known, ...(await measureImage(file, head, libraries)) }, warnings: [] };
    if ((type?.kind === "video" || type?.kind === "audio") && (wanted.pixels || wanted.seconds)) {
      return { measured: { ...known, ...(await measureTracks(file, wanted, libraries)) }, warnings: [] };
    }
    const warnings = type === undefined ? ["its bytes are of no known image, video or audio format"] : [];
    return { measured: known, warnings };
  } catch (error) {
    return { measured: known, warnings: [error instanceof Error ? error.message : String(error)] };
  }
};

const measureImage = async (
  file: MediaBytes,
  head: Uint8Array,
  libraries: Libraries,
): Promise<Measurement> => {
  const { imageSize } = await load("image-size", libraries.image);
  const size = (bytes: Uint8Array): Measurement => {
    const { width, height, orientation = 1 } = imageSize(bytes);
    const turned = orientation >= 5 || isTurned(bytes);
    return turned ? { width: height, height: width } : { width, height };
  };
  try {
    return size(head);
  } catch {
    // A long profile or preview in front of the picture: look further.
  }
  const more = await file.read(0, Math.min(readBudget, file.size ?? readBudget)).catch(() => head);
  try {
    return size(more);
  } catch (cause) {
    throw new UnmeasurableError("its width and height are not found in its first part, or it is damaged", {
      cause,
    });
  }
};

/** HEIC and AVIF keep the camera's turn in an `irot` box, in quarters, which the size does not count in. */
const isTurned = (bytes: Uint8Array): boolean => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (text.toString("latin1", 4, 8) !== "ftyp") return false;
  const box = text.indexOf("irot", text.indexOf("ipco"), "latin1");
  return box > 0 && text.readUInt32BE(box - 4) === 9 && ((text[box + 4] ?? 0) & 1) === 1;
};

const measureTracks = async (
  file: MediaBytes,
  wanted: Wanted,
  libraries: Libraries,
): Promise<Measurement> => {
  const { size } = file;
  if (size === undefined) throw new UnmeasurableError("the host does not say how long it is");
  const media = (await load("mediabunny", libraries.media)) as Bunny;
  let fault: unknown;
  const source = new media.CustomSource({
    getSize: () => size,
    read: async (start, end) => {
      try {
        return await file.read(start, end);
      } catch (error) {
        fault ??= error;
        throw error;
      }
    },
    handleUnhandledError: (error) => {
      fault ??= error;
    },
  });
  // Named one by one: playlists would lead to other files.
  const formats = [
    media.MP4,
    media.QTFF,
    media.WEBM,
    media.MATROSKA,
    media.MP3,
    media.WAVE,
    media.OGG,
    media.FLAC,
  ];
  const input = new media.Input({ source, formats });
  try {
    const video = wanted.pixels ? await input.getPrimaryVideoTrack() : null;
    const seconds = wanted.seconds ? await readSeconds(media, input, file.head) : undefined;
    return {
      ...(video && { width: await video.getDisplayWidth(), height: await video.getDisplayHeight() }),
      ...(seconds !== undefined && seconds > 0 && { seconds }),
    };
  } catch (cause) {
    throw fault ?? new UnmeasurableError("its tracks cannot be read, or it is damaged", { cause });
  } finally {
    input.dispose();
  }
};

type Bunny = typeof import("mediabunny");

/** What the file says of its duration; where that cannot be relied on, the time from its first packet to the end of its last. */
const readSeconds = async (
  media: Bunny,
  input: InstanceType<Bunny["Input"]>,
  head: Uint8Array,
): Promise<number> => {
  const told = await input.getDurationFromMetadata();
  const guessed = (await input.getFormat()) === media.MP3 && !/Xing|Info|VBRI/.test(latin1(head));
  if (told !== null && (!guessed || (await isSteady(media, input)))) return told;
  return (await input.computeDuration()) - Math.max(0, await input.getFirstTimestamp());
};

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");

/** An MP3 without a header of its own is guessed from its first frame: right only where all frames are as long, give or take the padding. */
const isSteady = async (media: Bunny, input: InstanceType<Bunny["Input"]>): Promise<boolean> => {
  const track = await input.getPrimaryAudioTrack();
  if (track === null) return false;
  let shortest = Infinity;
  let longest = 0;
  let left = 100;
  for await (const { byteLength } of new media.EncodedPacketSink(track).packets()) {
    shortest = Math.min(shortest, byteLength);
    longest = Math.max(longest, byteLength);
    if (--left === 0 || longest - shortest > 1) break;
  }
  return longest - shortest <= 1;
};

const load = async <T>(name: string, loader: () => Promise<T>): Promise<T> => {
  try {
    return await loader();
  } catch (cause) {
    const missing = cause instanceof Error && "code" in cause && cause.code === "ERR_MODULE_NOT_FOUND";
    throw new UnmeasurableError(
      missing
        ? `the package ${name} is not installed; run: npm install ${name}`
        : `the package ${name} cannot be loaded`,
      {
        cause,
      },
    );
  }
};
