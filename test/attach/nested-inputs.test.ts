import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attach } from "../../src/attach/index.js";
import { keepUploads, mediaFolder, model, sha256 } from "./support.js";

const picture = readFileSync(join(mediaFolder, "photo.png"));
const clip = readFileSync(join(mediaFolder, "clip.mp4"));
const address = fc.constantFrom(
  "https://example.com/a",
  "https://example.com/b?signed=1",
  "data:image/png;base64,AA==",
);

/** A place for a file: an address that stays, or bytes in one of their forms. */
const place = (bytes: Buffer) =>
  fc.oneof(
    address,
    fc.constantFrom("blob", "bytes", "file").map((form) => {
      if (form === "blob") return new Blob([new Uint8Array(bytes)]);
      return form === "bytes" ? new Uint8Array(bytes) : new File([new Uint8Array(bytes)], "named.bin");
    }),
  );

const inputs = fc.record(
  {
    prompt: fc.string(),
    image: place(picture),
    images: fc.array(place(picture), { maxLength: 3 }),
    video: place(clip),
    clips: fc.array(fc.record({ url: place(clip), note: fc.string() }, { requiredKeys: ["url"] }), {
      maxLength: 4,
    }),
  },
  { requiredKeys: ["prompt"] },
);

/** The input that the service is to get, told another way: every file replaced where it stands, nothing else touched. */
const expected = (value: unknown, toText: (bytes: Buffer) => string): unknown => {
  if (value instanceof Blob || value instanceof Uint8Array) {
    const size = value instanceof Blob ? value.size : value.length;
    return toText(size === picture.length ? picture : clip);
  }
  if (Array.isArray(value)) return value.map((item: unknown) => expected(item, toText));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expected(item, toText)]));
};

const typeOf = (bytes: Buffer) => (bytes === picture ? "image/png" : "video/mp4");
const toDataUri = (bytes: Buffer) => `data:${typeOf(bytes)};base64,${bytes.toString("base64")}`;

describe("whatever the input holds, and however deep", () => {
  test("small files become data: URIs where they stand, and all else stays", async () => {
    await fc.assert(
      fc.asyncProperty(inputs, async (input) => {
        const before = { ...input };
        expect(await attach(model, input)).toEqual(expected(input, toDataUri));
        expect(input).toEqual(before);
      }),
      { numRuns: 40 },
    );
  });

  test("uploaded files become addresses, and equal ones go up once", async () => {
    await fc.assert(
      fc.asyncProperty(inputs, async (input) => {
        const { upload, files } = keepUploads();
        const toAddress = (bytes: Buffer) =>
          `https://files.example.com/${sha256(bytes)}.${bytes === picture ? "png" : "mp4"}?signed=1`;
        const options = { upload, maxDataBytes: 0, stripMetadata: false };
        expect(await attach(model, input, options)).toEqual(expected(input, toAddress));
        expect(new Set(files.map(({ sha256: hash }) => hash)).size).toBe(files.length);
      }),
      { numRuns: 20 },
    );
  });
});
