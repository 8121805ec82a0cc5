import { isPlainImage, measureImage, type ImageLibrary } from "./image-measurement.js";
import type { Parser } from "./parser-pool.js";
import { readBudget, type Measurement, type Wanted } from "./measurement.js";
import type { MediaBytes } from "./media-bytes.js";
import { readSignature } from "../files/file-type.js";

/** What measures: a library for plain images, loaded when first needed, and another process for everything else. */
export interface MeasuringTools {
  readonly image: ImageLibrary;
  readonly parser: Parser;
}

/** Measures a file; what stays unknown is told in `warnings`. */
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
    const found = keepPossible(await look(file, type, wanted, tools, signal));
    return { measured: { ...known, ...found.measured }, warnings: found.warnings };
  } catch (error) {
    return { measured: known, warnings: [error instanceof Error ? error.message : String(error)] };
  }
}

async function look(
  file: MediaBytes,
  type: { readonly kind: string; readonly contentType: string },
  wanted: Wanted,
  { image, parser }: MeasuringTools,
  signal: AbortSignal,
): Promise<Measurement> {
  if (type.kind === "image") {
    if (isPlainImage(file.head, type.contentType)) return measureImage(file, image);
    if (!wanted.pixels) return {};
    const size = file.size ?? readBudget;
    return parser.parse(file, { kind: "image", size, head: file.head, wanted }, signal);
  }
  const hasTracks = type.kind === "video" || type.kind === "audio";
  // For a field that takes images, a video is wrong whatever its size.
  if (!hasTracks || wanted.kind === "image" || !(wanted.pixels || wanted.seconds)) return {};
  if (file.size !== undefined)
    return parser.parse(file, { kind: "tracks", size: file.size, head: file.head, wanted }, signal);
  // Where no end is known, the first part may hold width and height, but no duration can be relied on.
  if (!wanted.pixels) return {};
  const { length } = await file.read(0, readBudget);
  const pixels = { ...wanted, seconds: false };
  return parser.parse(file, { kind: "tracks", size: length, head: file.head, wanted: pixels }, signal);
}

/** Beyond any real picture or recording, in pixels or seconds. */
const absurd = 1_000_000;

/** Leaves out what no file can be like: a damaged header says anything, and is no reason to refuse a file. */
function keepPossible(found: Measurement): { measured: Measurement; warnings: string[] } {
  const isPossible = (value: unknown): boolean => typeof value === "number" && value > 0 && value < absurd;
  const kept = Object.entries(found).filter(([, value]) => isPossible(value));
  const all = kept.length === Object.keys(found).length;
  return {
    measured: Object.fromEntries(kept),
    warnings: all ? [] : ["what it says of itself is not possible"],
  };
}
