import type { Measurement, Wanted } from "../../media/measurement.js";
import { loadLibrary, UnmeasurableError } from "./unmeasurable.js";

/** A file to parse: its size, its first bytes, and a function that reads more. */
export interface TrackFile {
  readonly size: number;
  readonly head: Uint8Array;
  readonly read: (start: number, end: number) => Promise<Uint8Array>;
}

/** Reads width, height and duration of a video or audio file. A hostile file can make it run for ever or fill the memory. */
export async function measureTracks(
  file: TrackFile,
  wanted: Wanted,
): Promise<Pick<Measurement, "width" | "height" | "seconds">> {
  const media = await loadLibrary("mediabunny", () => import("mediabunny"));
  const source = new media.CustomSource({
    getSize: () => file.size,
    read: (start, end) => file.read(start, end),
    // A failed read also rejects the call that needed the bytes, so it need not be reported here.
    handleUnhandledError: () => undefined,
  });
  // The library's list of all formats includes playlists, which would make it open other files.
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

/** Gives the duration that the file states; where that is unreliable, the time from its first packet to the end of its last. */
async function readSeconds(
  media: Bunny,
  input: InstanceType<Bunny["Input"]>,
  head: Uint8Array,
): Promise<number> {
  const stated = await input.getDurationFromMetadata();
  const isGuess = (await input.getFormat()) === media.MP3 && !/Xing|Info|VBRI/.test(latin1(head));
  if (stated !== null && (!isGuess || (await hasEqualFrames(media, input)))) return stated;
  return (await input.computeDuration()) - Math.max(0, await input.getFirstTimestamp());
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

/** For an MP3 without a header the duration is guessed from the first frame, which is right only if all frames have its length, up to one byte of padding. */
async function hasEqualFrames(media: Bunny, input: InstanceType<Bunny["Input"]>): Promise<boolean> {
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
