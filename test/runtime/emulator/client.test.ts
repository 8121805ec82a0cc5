import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "runcomfy-models";
import { createManualClock } from "runcomfy-models/emulator";
import type { Emulator } from "runcomfy-models/emulator";
import * as seedance from "runcomfy-models/models/bytedance/seedance-v1.5-pro/image-to-video";
import { save } from "runcomfy-models/node";
import { describe, expect, test } from "vitest";
import { ownMedia } from "../../../src/emulator/jobs/media-file.js";
import { image, start, video } from "./scene.js";

const connect = (emulator: Emulator, more = {}) =>
  createClient({ baseUrl: emulator.url, token: emulator.token, ...more });
const input = { prompt: "A gentle breeze." };

describe("an application on the emulator", () => {
  test("runs a model, pays for one job and saves its file", async () => {
    const emulator = await start();
    const client = connect(emulator);
    const result = await client.run(video.id, input);
    expect(emulator.charged).toBe(1);
    expect((await client.balance()).usd).toBe(99.5);
    const { files } = await save(result, {
      directory: mkdtempSync(join(tmpdir(), "emulator-")),
    });
    expect(readFileSync(files[0]!.path).equals(ownMedia.video.bytes)).toBe(true);
  });

  test("may offer nothing but the modules that it uses", async () => {
    const emulator = await start({ models: [seedance.model] });
    const { output } = await connect(emulator).run(seedance.model, {
      prompt: "A gentle breeze.",
      first_frame_image_url: "https://example.com/first.png",
      duration: 5,
    });
    expect(output.video).toMatch(/\.mp4$/);
    await expect(connect(emulator).run(video.id, input)).rejects.toMatchObject({ code: "not_found" });
  });

  test("waits for a job of ten minutes in no time, when both share a clock", async () => {
    const clock = createManualClock();
    const emulator = await start({ clock, queueMs: 60_000, runMs: 540_000 });
    const seen: string[] = [];
    const run = connect(emulator, { clock }).run(image.id, input, {
      onUpdate: ({ status }) => seen.push(status),
    });
    await clock.drive(run, { stepMs: 1_000 });
    expect(seen).toEqual(["in_queue", "in_progress", "completed"]);
  });

  test("hears that a submit may have been paid when its answer was lost", async () => {
    const emulator = await start({ faults: [{ route: "submit", reset: "after" }] });
    await expect(connect(emulator).run(video.id, input)).rejects.toMatchObject({ code: "submit_unknown" });
    expect(emulator.charged).toBe(1);
    expect(emulator.requests.filter(({ route }) => route === "submit")).toHaveLength(1);
  });

  test("hears of a token that is wrong in either wire format", async () => {
    for (const wireFormat of ["documented", "observed"] as const) {
      const emulator = await start({ wireFormat });
      await expect(connect(emulator, { token: "wrong" }).run(video.id, input)).rejects.toMatchObject({
        code: "auth",
      });
    }
  });

  test("lives through an outage of the status call", async () => {
    const clock = createManualClock();
    const emulator = await start({
      clock,
      faults: [
        { route: "status", status: 503, times: 5 },
        { route: "result", html: true },
      ],
    });
    const run = connect(emulator, { clock }).run(video.id, input);
    expect((await clock.drive(run)).output).toHaveProperty("video");
  });
});
