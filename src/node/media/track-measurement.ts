import type { Measurement, Wanted } from "./measurement.js";
import { loadLibrary, UnmeasurableError } from "./unmeasurable.js";

/** A file to parse: its length, its first bytes, and a way to more. */
export interface TrackFile {
  readonly size: number;
  readonly head: Uint8Array;
  readonly read: (start: number, end: number) => Promise<Uint8Array>;
}

/** Reads the size and duration of a video or audio file. Its bytes decide how long that takes and how much memory. */
export async function measureTracks(
  file: TrackFile,
  wanted: Wanted,
): Promise<Pick<Measurement, "width" | "height" | "seconds">> {
  const media = await loadLibrary("mediabunny", () => import("mediabunny"));
  const source = new media.CustomSource({
    getSize: () => file.size,
    read: (start, end) => file.read(start, end),
    // What is needed of the bytes that cannot be read fails by itself.
    handleUnhandledError: () => undefined,
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
      ...(seconds !== undefined && seconds !== 0 && { seconds }),
    };
  } catch (cause) {
    throw new UnmeasurableError("its tracks cannot be read, or it is damaged", { cause });
  } finally {
    input.dispose();
  }
}

type Bunny = typeof import("mediabunny");

/** What the file says of its duration; where that cannot be relied on, the time from its first packet to the end of its last. */
async function readSeconds(
  media: Bunny,
  input: InstanceType<Bunny["Input"]>,
  head: Uint8Array,
): Promise<number> {
  const told = await input.getDurationFromMetadata();
  const guessed = (await input.getFormat()) === media.MP3 && !/Xing|Info|VBRI/.test(latin1(head));
  if (told !== null && (!guessed || (await isSteady(media, input)))) return told;
  return (await input.computeDuration()) - Math.max(0, await input.getFirstTimestamp());
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

/** An MP3 without a header of its own is guessed from its first frame: right only where all frames are as long, give or take the padding. */
async function isSteady(media: Bunny, input: InstanceType<Bunny["Input"]>): Promise<boolean> {
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
}
