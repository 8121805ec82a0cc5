import { readBudget } from "../../media/measurement.js";
import type { MediaBytes } from "./media-bytes.js";
import { loadLibrary, UnmeasurableError } from "./unmeasurable.js";

/** Loads the package `image-size`; only this part of it is used. */
export type ImageLibrary = () => Promise<{
  readonly imageSize: (bytes: Uint8Array) => {
    readonly width: number;
    readonly height: number;
    readonly orientation?: number | undefined;
  };
}>;

/** Width and height in pixels, as shown. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
}

/** Reads the width and height of a picture from its first part. */
export async function measureImage(
  file: Pick<MediaBytes, "head" | "size" | "read">,
  library: ImageLibrary,
): Promise<Pixels> {
  const { imageSize } = await loadLibrary("image-size", library);
  function size(bytes: Uint8Array): Pixels {
    const { width, height, orientation = 1 } = imageSize(bytes);
    const isSideways = orientation >= 5 || hasQuarterTurn(bytes);
    return isSideways ? { width: height, height: width } : { width, height };
  }
  try {
    return size(file.head);
  } catch {
    // A long colour profile or preview may precede the picture: read more bytes.
  }
  const more = await file.read(0, Math.min(readBudget, file.size ?? readBudget)).catch(() => file.head);
  try {
    return size(more);
  } catch (cause) {
    throw new UnmeasurableError("its width and height are not found in its first part, or it is damaged", {
      cause,
    });
  }
}

/** HEIC and AVIF store the camera's rotation in an `irot` box, in quarter turns. The library ignores it. */
function hasQuarterTurn(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (text.toString("latin1", 4, 8) !== "ftyp") return false;
  const box = text.indexOf("irot", text.indexOf("ipco"), "latin1");
  return box > 0 && text.readUInt32BE(box - 4) === 9 && ((text[box + 4] ?? 0) & 1) === 1;
}
