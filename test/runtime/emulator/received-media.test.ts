import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { describeMedia } from "../../../src/emulator/jobs/received-media.js";
import { ask, start, submit, video } from "./scene.js";

const read = (name: string): Buffer => readFileSync(new URL(`../../fixtures/media/${name}`, import.meta.url));
const dataOf = (name: string, type: string): string => `data:${type};base64,${read(name).toString("base64")}`;
const path = `/v1/models/${video.id}`;

describe("a data: URI in a media field", () => {
  test("is accepted, and the job tells its type, bytes and pixels by its bytes", async () => {
    const emulator = await start();
    await submit(emulator, video, { prompt: "x", image_url: dataOf("photo.png", "image/jpeg") });
    await submit(emulator, video, { prompt: "x", image_url: dataOf("photo.avif", "image/avif") });
    await submit(emulator, video, { prompt: "x", image_url: "https://example.com/a.png?sig=secret" });
    await submit(emulator);
    const place = { path: "/image_url", from: "data" };
    expect(emulator.jobs.map(({ media }) => media)).toEqual([
      [{ ...place, type: "image/png", bytes: read("photo.png").length, width: 320, height: 240 }],
      [{ ...place, type: "image/avif", bytes: read("photo.avif").length }],
      [{ path: "/image_url", from: "address" }],
      [],
    ]);
    expect(emulator.requests.map(({ media }) => media?.length)).toEqual([1, 1, 1, undefined]);
  });

  test("with bytes of no known kind is accepted under the type that it names", async () => {
    const emulator = await start();
    await submit(emulator, video, { prompt: "x", image_url: "data:image/png;base64,AAAA" });
    expect(emulator.jobs[0]!.media).toEqual([
      { path: "/image_url", from: "data", type: "image/png", bytes: 3 },
    ]);
  });

  test.each([
    ["of another kind of file", dataOf("clip.mp4", "image/png"), "it is video/mp4; the field takes image"],
    ["that is not well encoded", "data:image/png;base64,%%%", "cannot be decoded"],
    [
      "whose picture breaks a limit",
      dataOf("photo.png", "image/png"),
      "its width is 320 pixels; it must be below 300 pixels",
    ],
  ])("%s is refused as any input that does not fit, and costs nothing", async (_what, image_url, message) => {
    const limits = { kind: "image", below: { width_pixels: 300 } } as const;
    const image = { type: "string", format: "uri", "x-media": limits } as const;
    const input = { type: "object", properties: { image_url: image }, additionalProperties: false } as const;
    const emulator = await start({ models: [{ id: video.id, input }], wireFormat: { badInput: 400 } });
    const { status, body } = await ask(emulator, path, { body: { image_url } });
    expect([status, emulator.charged]).toEqual([400, 0]);
    expect(body["error_message"]).toContain(`/image_url: `);
    expect(body["error_message"]).toContain(message);
    const lenient = await start({ models: [{ id: video.id, input }], badInputs: "accept" });
    expect((await ask(lenient, path, { body: { image_url } })).status).toBe(200);
  });

  test("is described without its contents", () => {
    const place = { path: "/image_url", from: "data" } as const;
    const picture = { ...place, type: "image/png", bytes: 7, width: 3, height: 2 };
    expect(describeMedia([picture, { path: "/x", from: "address" }])).toBe(
      "  /image_url: image/png, 7 bytes, 3 × 2 pixels",
    );
    expect(describeMedia([{ ...place, type: "video/mp4", bytes: 7 }])).toBe(
      "  /image_url: video/mp4, 7 bytes",
    );
  });
});
