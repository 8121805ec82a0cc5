import { isPlainImage, readSignature, type FileType } from "../../media/file-type.js";
import { measureImage, type ImageLibrary } from "./image-measurement.js";
import { readBudget, type Measurement, type Wanted } from "../../media/measurement.js";
import type { MediaBytes } from "./media-bytes.js";
import type { Parser } from "./parser-pool.js";
import { messageOf } from "../../errors/error-message.js";

/** The tools to measure with: a library for plain images, loaded when first needed, and another process for everything else. */
export interface MeasuringTools {
  readonly image: ImageLibrary;
  readonly parser: Parser;
}

/** Measures a file. `warnings` says why a property is unknown. */
export async function measure(
  file: MediaBytes,
  wanted: Wanted,
  tools: MeasuringTools,
  signal: AbortSignal,
): Promise<{ measured: Measurement; warnings: string[] }> {
  const type = readSignature(file.head);
  const known: Measurement = {
    ...(type && { kind: type.kind, contentType: type.contentType }),
    ...(file.size !== undefined && { bytes: file.size }),
  };
  if (type === undefined)
    return { measured: known, warnings: ["its bytes are of no known image, video or audio format"] };
  try {
    const parse = type.kind === "image" ? measurePicture : measureRecording;
    const found = keepPossible(await parse(file, type, wanted, tools, signal));
    return { measured: { ...known, ...found.measured }, warnings: found.warnings };
  } catch (error) {
    return { measured: known, warnings: [messageOf(error)] };
  }
}

async function measurePicture(
  file: MediaBytes,
  { contentType }: FileType,
  wanted: Wanted,
  { image, parser }: MeasuringTools,
  signal: AbortSignal,
): Promise<Measurement> {
  if (isPlainImage(file.head, contentType)) return measureImage(file, image);
  if (!wanted.pixels) return {};
  const size = file.size ?? readBudget;
  return parser.parse(file, { kind: "image", size, head: file.head, wanted }, signal);
}

async function measureRecording(
  file: MediaBytes,
  { kind }: FileType,
  wanted: Wanted,
  { parser }: MeasuringTools,
  signal: AbortSignal,
): Promise<Measurement> {
  const hasTracks = kind === "video" || kind === "audio";
  // In a field that takes images a video is wrong, whatever its width and height.
  if (!hasTracks || wanted.kind === "image" || !(wanted.pixels || wanted.seconds)) return {};
  const { head } = file;
  if (file.size !== undefined)
    return parser.parse(file, { kind: "tracks", size: file.size, head, wanted }, signal);
  // Without a known end the first part may hold width and height, but a duration would be unreliable.
  if (!wanted.pixels) return {};
  const { length } = await file.read(0, readBudget);
  const onlyPixels = { ...wanted, seconds: false };
  return parser.parse(file, { kind: "tracks", size: length, head, wanted: onlyPixels }, signal);
}

/** In pixels or seconds; no real picture or recording has as many. */
const impossible = 1_000_000;

/** Drops values that no real file has: a damaged header may state anything, and is no reason to refuse the file. */
function keepPossible(found: Measurement): { measured: Measurement; warnings: string[] } {
  const kept = Object.entries(found).filter(
    ([, value]) => typeof value === "number" && value > 0 && value < impossible,
  );
  const isComplete = kept.length === Object.keys(found).length;
  return {
    measured: Object.fromEntries(kept),
    warnings: isComplete ? [] : ["its header states values that are not possible"],
  };
}
