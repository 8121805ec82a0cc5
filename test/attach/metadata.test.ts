import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { imageSize } from "image-size";
import { describe, expect, test } from "vitest";
import { stripMetadata } from "../../src/attach/metadata.js";
import { UploadError } from "../../src/attach/upload-error.js";
import { mediaFolder } from "./support.js";

const place = "52.5163N-13.3777E";
const bytesOf = (...parts: (string | readonly number[] | Uint8Array)[]): Buffer =>
  Buffer.concat(
    parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part))),
  );

/** Exif data with an orientation and, in a directory of its own, a place. */
function writeExif(orientation: number, isLittle: boolean): Buffer {
  const exif = Buffer.alloc(80);
  const u16 = (value: number, at: number) =>
    isLittle ? exif.writeUInt16LE(value, at) : exif.writeUInt16BE(value, at);
  const u32 = (value: number, at: number) =>
    isLittle ? exif.writeUInt32LE(value, at) : exif.writeUInt32BE(value, at);
  exif.write(isLittle ? "II" : "MM", 0, "latin1");
  u16(42, 2);
  u32(8, 4);
  u16(2, 8);
  [0x0112, 3].forEach((value, index) => u16(value, 10 + 2 * index));
  u32(1, 14);
  u16(orientation, 18);
  [0x8825, 4].forEach((value, index) => u16(value, 22 + 2 * index));
  u32(1, 26);
  u32(38, 30);
  u16(1, 38);
  [2, 2].forEach((value, index) => u16(value, 40 + 2 * index));
  u32(place.length, 44);
  u32(56, 48);
  exif.write(place, 56, "latin1");
  return exif;
}

function withExif(type: string, exif: Buffer): Buffer {
  const read = (name: string) => readFileSync(join(mediaFolder, name));
  if (type === "image/jpeg") {
    const photo = read("photo.jpg");
    const segment = bytesOf("Exif\0\0", exif);
    const comment = bytesOf([0xff, 0xfe, 0, 2 + place.length], place);
    const after = bytesOf("a second picture at ", place);
    return bytesOf(
      photo.subarray(0, 2),
      [0xff, 0xe1, 0, 2 + segment.length],
      segment,
      comment,
      photo.subarray(2),
      after,
    );
  }
  if (type === "image/png") {
    const photo = read("photo.png");
    const chunk = (name: string, data: Buffer) => bytesOf([0, 0, 0, data.length], name, data, [0, 0, 0, 0]);
    return bytesOf(
      photo.subarray(0, 33),
      chunk("eXIf", exif),
      chunk("tEXt", bytesOf("Place\0", place)),
      photo.subarray(33),
    );
  }
  const photo = read("photo.webp");
  const chunk = (name: string, data: Buffer) => {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(data.length);
    return bytesOf(name, size, data, data.length % 2 ? [0] : []);
  };
  const { width, height } = imageSize(photo);
  const extended = Buffer.alloc(10);
  extended[0] = 0x0c;
  extended.writeUIntLE(width - 1, 4, 3);
  extended.writeUIntLE(height - 1, 7, 3);
  const body = bytesOf(
    "WEBP",
    chunk("VP8X", extended),
    photo.subarray(12),
    chunk("EXIF", exif),
    chunk("XMP ", bytesOf(place)),
  );
  const size = Buffer.alloc(4);
  size.writeUInt32LE(body.length);
  return bytesOf("RIFF", size, body);
}

async function strip(bytes: Uint8Array, contentType: string): Promise<Buffer> {
  const blob = await stripMetadata(new Blob([new Uint8Array(bytes)]), { contentType });
  return Buffer.from(await blob.arrayBuffer());
}

describe.for(["image/jpeg", "image/png", "image/webp"])("%s", (type) => {
  test.for([1, 3, 6, 8])("loses its place and keeps orientation %i and its size", async (orientation) => {
    for (const isLittle of [true, false]) {
      const photo = withExif(type, writeExif(orientation, isLittle));
      expect(photo.includes(place)).toBe(true);
      const clean = await strip(photo, type);
      expect(clean.includes(place)).toBe(false);
      const { width, height } = imageSize(photo);
      expect(imageSize(clean)).toMatchObject({ width, height });
      if (type === "image/jpeg") expect(imageSize(clean).orientation ?? 1).toBe(orientation);
      if (type !== "image/jpeg" && orientation !== 1)
        expect(clean.includes(Buffer.from([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation]))).toBe(true);
    }
  });

  test("with nothing to remove is passed on with the same pixels", async () => {
    const photo = withExif(type, writeExif(1, true));
    const once = await strip(photo, type);
    expect((await strip(once, type)).equals(once)).toBe(true);
  });

  test("that is cut or flipped anywhere is refused or comes out, and never hangs", async () => {
    const photo = withExif(type, writeExif(6, false));
    await fc.assert(
      fc.asyncProperty(fc.nat(photo.length - 1), fc.nat(255), fc.boolean(), async (at, byte, isCut) => {
        const damaged = isCut
          ? photo.subarray(0, at)
          : bytesOf(photo.subarray(0, at), [byte], photo.subarray(at + 1));
        await strip(damaged, type).catch((error: unknown) => expect(error).toBeInstanceOf(UploadError));
      }),
      { numRuns: 200 },
    );
  });
});

describe("HEIC and AVIF", () => {
  test.for(["photo.heic", "photo.avif"])(
    "%s: the place in Exif and XMP data is overwritten, and nothing is moved",
    async (name) => {
      const photo = readFileSync(join(mediaFolder, name));
      const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/">${place}</x:xmpmeta>`;
      const whole = bytesOf(photo, "Exif\0\0", writeExif(6, false), xmp);
      const clean = await strip(whole, name.endsWith("heic") ? "image/heic" : "image/avif");
      expect(clean.includes(place)).toBe(false);
      expect(clean).toHaveLength(whole.length);
      expect(clean.subarray(0, photo.length).equals(photo)).toBe(true);
      expect(imageSize(clean)).toEqual(imageSize(whole));
    },
  );
});

test("videos and sounds stay as they are", async () => {
  const clip = new Blob([readFileSync(join(mediaFolder, "clip.mp4"))]);
  expect(await stripMetadata(clip, { contentType: "video/mp4" })).toBe(clip);
});
