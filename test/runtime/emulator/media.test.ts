import { imageSize } from "image-size";
import { ALL_FORMATS, BufferSource, Input } from "mediabunny";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ownMedia } from "../../../src/emulator/jobs/media-file.js";
import { readRange } from "../../../src/media/byte-range.js";
import { findMediaKind } from "../../../src/emulator/jobs/emulator-model.js";
import { start, submit, video } from "./scene.js";

const durationOf = (bytes: Uint8Array) =>
  new Input({ formats: ALL_FORMATS, source: new BufferSource(bytes) }).computeDuration();

describe("the emulator's own files", () => {
  test("are a real PNG, MP4 and MP3", async () => {
    expect(imageSize(ownMedia.image.bytes)).toMatchObject({ type: "png", width: 256, height: 144 });
    expect(await durationOf(ownMedia.video.bytes)).toBeCloseTo(2, 1);
    expect(await durationOf(ownMedia.audio.bytes)).toBeGreaterThan(0.4);
  });

  test("are small enough for a package", () => {
    const total = Object.values(ownMedia).reduce((sum, file) => sum + file.bytes.byteLength, 0);
    expect(total).toBeLessThan(8_000);
  });
});

const serve = async (options = {}) => {
  const emulator = await start(options);
  const url = `${emulator.url}/media/${await submit(emulator)}/0.mp4`;
  return { emulator, url, size: ownMedia.video.bytes.byteLength };
};

describe("a file", () => {
  test("downloads without a token, whole", async () => {
    const { emulator, url, size } = await serve();
    const response = await fetch(url);
    expect(emulator.requests.at(-1)).toMatchObject({ route: "media", authorized: false, status: 200 });
    expect(response.headers.get("content-length")).toBe(String(size));
    expect(response.headers.get("content-type")).toBe("video/mp4");
    expect(response.headers.get("accept-ranges")).toBe("bytes");
    expect(Buffer.from(await response.arrayBuffer()).equals(ownMedia.video.bytes)).toBe(true);
  });

  test("tells its size to HEAD", async () => {
    const { url, size } = await serve();
    const response = await fetch(url, { method: "HEAD" });
    expect([response.status, response.headers.get("content-length")]).toEqual([200, String(size)]);
    expect((await response.arrayBuffer()).byteLength).toBe(0);
  });

  test("comes in two halves that fit", async () => {
    const { url, size } = await serve();
    const half = async (range: string) => {
      const response = await fetch(url, { headers: { range } });
      expect(response.status).toBe(206);
      expect(response.headers.get("content-range")).toMatch(new RegExp(`^bytes \\d+-\\d+/${size}$`));
      return Buffer.from(await response.arrayBuffer());
    };
    const whole = Buffer.concat([await half("bytes=0-99"), await half("bytes=100-")]);
    expect(whole.equals(ownMedia.video.bytes)).toBe(true);
  });

  test("refuses a range behind its end, and knows its tag", async () => {
    const { url, size } = await serve();
    const refused = await fetch(url, { headers: { range: `bytes=${size}-` } });
    expect([refused.status, refused.headers.get("content-range")]).toEqual([416, `bytes */${size}`]);
    const tag = refused.headers.get("etag")!;
    const statusOf = async (headers: { [name: string]: string }) => (await fetch(url, { headers })).status;
    expect(await statusOf({ range: "bytes=1-", "if-range": tag })).toBe(206);
    expect(await statusOf({ range: "bytes=1-", "if-range": '"other"' })).toBe(200);
    expect(await statusOf({ "if-none-match": tag })).toBe(304);
  });

  test("is not there before the job has ended", async () => {
    const { url } = await serve({ runMs: 60_000 });
    expect((await fetch(url)).status).toBe(404);
  });

  test("may be the caller's own", async () => {
    const file = { bytes: Buffer.from("large"), type: "video/webm", extension: "webm" };
    const { url } = await serve({ media: { video: file } });
    const response = await fetch(url);
    expect([response.headers.get("content-type"), await response.text()]).toEqual(["video/webm", "large"]);
  });
});

test("a range is always a slice of the file", () => {
  const part = fc.option(fc.nat(50), { nil: "" });
  fc.assert(
    fc.property(part, part, fc.nat(40), (from, to, size) => {
      const range = readRange(`bytes=${from}-${to}`, size);
      if (typeof range !== "object") return;
      expect(range.first).toBeGreaterThanOrEqual(0);
      expect(range.last).toBeLessThan(size);
      expect(range.first).toBeLessThanOrEqual(range.last);
    }),
  );
  expect(readRange("bytes=0-1,4-5", 10)).toBeUndefined();
  expect(readRange("lines=1-2", 10)).toBeUndefined();
});

test.each([
  ["kling/kling-3.0/4k/text-to-video", {}, "video"],
  ["openai/gpt-image-2.5/flare/edit", {}, "image"],
  ["blackforestlabs/flux-3/image", {}, "image"],
  ["pixverse/pixverse-v6/transition", {}, "video"],
  ["bytedance/seedance-2.5/first-last-frame/480p", {}, "video"],
  ["bytedance/seedance-2.0/pro", { duration: {} }, "video"],
  ["elevenlabs/elevenlabs/music-generation", { duration: {} }, "audio"],
  ["acestep-ai/ace-step-1.5/text-to-audio", { duration: {} }, "audio"],
] as const)("%s makes what its name says", (id, properties, kind) => {
  expect(findMediaKind({ id, input: { type: "object", properties } })).toBe(kind);
});

test("a documented output decides before the name", () => {
  const output = { type: "object", properties: { audio: { type: "string" } } } as const;
  expect(findMediaKind({ ...video, output })).toBe("audio");
});
