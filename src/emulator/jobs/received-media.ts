import type { Json, Schema } from "../../input/model.js";
import { decodeDataUri, parseDataUri } from "../../media/data-uri.js";
import { isPlainImage, readSignature, signatureBytes } from "../../media/file-type.js";
import type { Measurement } from "../../media/measurement.js";
import { findMediaFields } from "../../media/media-fields.js";
import { compare } from "../../media/media-rules.js";

/** A media file that a submit named or brought along. */
export interface ReceivedMedia {
  /** JSON pointer of the value in the input: `"/image_url"`, `"/images/0"`. */
  readonly path: string;
  /** `"data"` for a `data:` URI, `"address"` for an address, which the emulator never opens. */
  readonly from: "data" | "address";
  /** The content type that the bytes of a `data:` URI show; for bytes of an unknown kind the one that the URI names. */
  readonly type?: string;
  /** The number of bytes of a `data:` URI. */
  readonly bytes?: number;
  /** Width in pixels of a PNG, JPEG, GIF or WebP picture, where the package `image-size` is installed. */
  readonly width?: number;
  readonly height?: number;
}

/** Finds width and height of a picture. */
export type ImageSize = (bytes: Uint8Array) => {
  readonly width: number;
  readonly height: number;
  readonly orientation?: number | undefined;
};

/** A file that breaks a rule of its field. */
interface MediaProblem {
  readonly path: string;
  readonly message: string;
}

/** The media of one input, and what the service would refuse in them. */
export interface MediaInspection {
  readonly media: readonly ReceivedMedia[];
  readonly problems: readonly MediaProblem[];
}

/** Decodes the `data:` URIs of an input, and compares them with the limits of the model's fields. */
export function inspectMedia(schema: Schema, input: Json, imageSize: ImageSize | undefined): MediaInspection {
  const media: ReceivedMedia[] = [];
  const problems: MediaProblem[] = [];
  for (const { path, value: reference, rules } of findMediaFields(schema, input)) {
    if (!/^data:/i.test(reference)) {
      media.push({ path, from: "address" });
      continue;
    }
    const uri = parseDataUri(reference);
    const bytes = uri && decodeDataUri(uri);
    if (uri === undefined || bytes === undefined) {
      problems.push({ path, message: "the data: URI cannot be decoded" });
      continue;
    }
    const measured = measure(bytes, imageSize);
    const { kind, contentType = uri.contentType, ...sizes } = measured;
    media.push({ path, from: "data", type: contentType, ...sizes });
    if (kind !== undefined && rules.kind !== undefined && kind !== rules.kind)
      problems.push({ path, message: `it is ${contentType}; the field takes ${rules.kind}` });
    for (const { message } of compare(rules, measured).broken) problems.push({ path, message });
  }
  return { media, problems };
}

function measure(bytes: Uint8Array, imageSize: ImageSize | undefined): Measurement {
  const found = readSignature(bytes.subarray(0, signatureBytes));
  if (found === undefined) return { bytes: bytes.length };
  const { kind, contentType } = found;
  const isMeasured = isPlainImage(bytes.subarray(0, signatureBytes), contentType);
  return {
    kind,
    contentType,
    bytes: bytes.length,
    ...(isMeasured && imageSize && readPixels(bytes, imageSize)),
  };
}

/** A damaged picture has no size: the service finds out when the job runs. */
function readPixels(bytes: Uint8Array, imageSize: ImageSize): { width: number; height: number } | undefined {
  try {
    const { width, height, orientation = 1 } = imageSize(bytes);
    return orientation >= 5 ? { width: height, height: width } : { width, height };
  } catch {
    return undefined;
  }
}

/** Describes received files on one line, without their contents. */
export function describeMedia(media: readonly ReceivedMedia[]): string {
  return media
    .filter(({ from }) => from === "data")
    .map(({ path, type, bytes, width, height }) => {
      const pixels = width === undefined ? "" : `, ${width} × ${height} pixels`;
      return `  ${path}: ${type}, ${bytes} bytes${pixels}`;
    })
    .join("");
}
