import * as ai6 from "ai6";
import * as ai7 from "ai";
import { describe, expect, test } from "vitest";
import type { RunComfyProvider } from "../../src/adapters/ai-sdk/provider.js";
import { errorOf, imageId, imagePrompt, videoId, withProvider } from "./calls.js";

Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

const versions = [
  ["6", ai6 as unknown as typeof ai7],
  ["7", ai7],
] as const;

describe.each(versions)("ai %s", (version, ai) => {
  const download: Parameters<typeof ai.experimental_generateVideo>[0]["download"] = async ({ url }) => ({
    data: new Uint8Array(await (await fetch(url)).arrayBuffer()),
    mediaType: "video/mp4",
  });
  const image = (
    runcomfy: Parameters<Parameters<typeof withProvider>[0]>[0]["runcomfy"],
    more: object = {},
  ) => ai.generateImage({ model: runcomfy.image(imageId), prompt: imagePrompt, ...more });
  const video = (
    runcomfy: Parameters<Parameters<typeof withProvider>[0]>[0]["runcomfy"],
    more: object = {},
  ) => ai.experimental_generateVideo({ model: runcomfy.video(videoId), prompt: "Wind.", download, ...more });

  test("an image is made by one job, and its bytes are those of the file", async () => {
    await withProvider(async ({ runcomfy, emulator, jobs }) => {
      const made = await image(runcomfy);
      expect(made.responses[0]!.timestamp.getTime()).toBeGreaterThan(Date.UTC(2020, 0, 1));
      expect(made.images).toHaveLength(1);
      expect(made.image.mediaType).toMatch(/^image\//);
      expect(made.image.uint8Array.length).toBeGreaterThan(10);
      expect([emulator.charged, jobs]).toEqual([1, [{ id: emulator.jobs[0]!.id, model: imageId }]]);
      expect(made.providerMetadata["runcomfy"]).toMatchObject({
        images: [{ requestId: jobs[0]!.id, model: imageId, url: expect.stringMatching(/^http/) }],
      });
    });
  });

  test("a video is made by one job", async () => {
    await withProvider(async ({ runcomfy, emulator }) => {
      const made = await video(runcomfy, { duration: 5, aspectRatio: "16:9", seed: 7 });
      expect(made.video.uint8Array.length).toBeGreaterThan(10);
      expect(emulator.charged).toBe(1);
      expect(emulator.jobs[0]!.input).toMatchObject({ prompt: "Wind.", duration: 5, seed: 7 });
    });
  });

  test("models come out of a provider registry", async () => {
    await withProvider(async ({ runcomfy, emulator }) => {
      const registry = ai.createProviderRegistry({ runcomfy });
      await ai.generateImage({ model: registry.imageModel(`runcomfy:${imageId}`), prompt: imagePrompt });
      expect(emulator.charged).toBe(1);
      expect(() => registry.languageModel("runcomfy:gpt" as "runcomfy:x")).toThrow("no language models");
    });
  });

  test.each([
    ["lost", { reset: "after" }, "submit_unknown", 1],
    ["refused for the balance", { status: 402 }, "insufficient_balance", 0],
    ["a 500", { status: 500, processed: true }, "submit_unknown", 1],
  ] as const)("a paid request that is %s is sent once", async (_, fault, code, charged) => {
    await withProvider(async ({ runcomfy, emulator }) => {
      for (const call of [image, video]) {
        emulator.faults.add({ route: "submit", ...fault });
        const before = emulator.requests.filter(({ route }) => route === "submit").length;
        expect(await errorOf(call(runcomfy))).toMatchObject({ code });
        expect(emulator.requests.filter(({ route }) => route === "submit").length - before).toBe(1);
      }
      expect(emulator.charged).toBe(charged * 2);
    });
  });

  test("a result without files is charged once, and its error leads to the job", async () => {
    await withProvider(
      async ({ runcomfy, emulator }) => {
        for (const [at, call] of [image, video].entries()) {
          const error = await errorOf(call(runcomfy));
          expect(error).toMatchObject({ code: "response", job: { id: emulator.jobs[at]!.id } });
          expect(emulator.charged).toBe(at + 1);
        }
      },
      { outcome: () => ({ output: { images: [] } }) },
    );
  });

  test("a file at a private address is not fetched, is paid once, and leads to its job", async () => {
    await withProvider(
      async ({ runcomfy, emulator }) => {
        const error = await errorOf(image(runcomfy));
        expect(error).toMatchObject({ code: "save", job: { id: emulator.jobs[0]!.id } });
        expect(error.message).toContain("not a public address");
        expect(emulator.charged).toBe(1);
      },
      { outcome: () => ({ output: { image: "https://169.254.169.254/a.png" } }) },
    );
  });

  test("of four jobs one is refused: the three others are kept, and a warning tells of the fourth", async () => {
    await withProvider(async ({ runcomfy, emulator, jobs }) => {
      emulator.faults.add({ route: "submit", status: 402, nth: 2 });
      const made = await image(runcomfy, { n: 4 });
      expect([made.images.length, emulator.charged, jobs.length]).toEqual([3, 3, 3]);
      expect(JSON.stringify(made.warnings)).toContain("1 of 4 jobs failed");
      const clips = await video(runcomfy, { n: 2 });
      expect([clips.videos.length, emulator.charged]).toEqual([2, 5]);
    });
  });

  test("several results with a seed are not the same result paid for several times", async () => {
    await withProvider(async ({ runcomfy, emulator }) => {
      const sent = (): unknown[] => emulator.jobs.map(({ input }) => (input as { seed?: number }).seed);
      await image(runcomfy, { n: 3, seed: 7 });
      expect(sent().toSorted((a, b) => Number(a) - Number(b))).toEqual([7, 8, 9]);
      await video(runcomfy, { n: 2, seed: 2_147_483_647 });
      expect(
        sent()
          .slice(3)
          .toSorted((a, b) => Number(a) - Number(b)),
      ).toEqual([2_147_483_646, 2_147_483_647]);
      await image(runcomfy, { n: 2, providerOptions: { runcomfy: { seed: 5 } } });
      expect(sent().slice(5)).toEqual([5, 5]);
    });
  });

  test("where all jobs of a call fail, the error names each that is paid for", async () => {
    await withProvider(
      async ({ runcomfy, emulator, jobs }) => {
        emulator.faults.add({ route: "submit", status: 402 });
        const error = await errorOf(image(runcomfy, { n: 3 }));
        expect(error).toMatchObject({ code: "job_failed" });
        expect(error.jobs?.map(({ id }) => id).sort()).toEqual(jobs.map(({ id }) => id).sort());
        for (const { id } of jobs) expect(error.message).toContain(id);
        expect(emulator.charged).toBe(2);
      },
      { outcome: () => ({ error: "out of memory" }) },
    );
  });

  test("an abort while a job runs leads to the job, and pays nothing more", async () => {
    await withProvider(
      async ({ runcomfy, emulator }) => {
        for (const [at, call] of [image, video].entries()) {
          const controller = new AbortController();
          const running = errorOf(call(runcomfy, { abortSignal: controller.signal }));
          await emulator.nextRequest(({ route }) => route === "status");
          controller.abort();
          const error = await running;
          expect(error).toMatchObject({ name: "AbortError", job: { id: emulator.jobs[at]!.id } });
          expect(emulator.charged).toBe(at + 1);
        }
      },
      { runMs: Infinity },
    );
  });

  test("failed status requests do not end a paid video", async () => {
    await withProvider(async ({ runcomfy, emulator }) => {
      emulator.faults.add({ route: "status", status: 503, times: version === "7" ? 6 : 1 });
      const made = await video(runcomfy, version === "7" ? { poll: { intervalMs: 5 } } : {});
      expect([made.videos.length, emulator.charged]).toEqual([1, 1]);
    });
  });

  test("a field that the model does not have is refused, and nothing is paid", async () => {
    await withProvider(async ({ runcomfy, emulator }) => {
      const error = await errorOf(image(runcomfy, { providerOptions: { runcomfy: { num_imagez: 1 } } }));
      expect(error.code).toBe("input");
      expect(error.message).toContain("num_imagez");
      expect(emulator.charged).toBe(0);
    });
  });

  test("fields of the model go through providerOptions, and options that it lacks are warned of", async () => {
    await withProvider(async ({ runcomfy, emulator }) => {
      const made = await image(runcomfy, {
        aspectRatio: "9:16",
        prompt: { ...imagePrompt, mask: new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]) },
        providerOptions: { runcomfy: { enable_prompt_expansion: false } },
      });
      expect(emulator.jobs[0]!.input).toMatchObject({
        enable_prompt_expansion: false,
        image_size: "portrait_16_9",
        image_urls: imagePrompt.images,
      });
      expect(made.warnings).toContainEqual(expect.objectContaining({ type: "unsupported", feature: "mask" }));
    });
  });

  test("an unknown id is refused with ids like it", async () => {
    await withProvider(async ({ runcomfy, emulator }) => {
      const error = await errorOf(
        ai.generateImage({ model: runcomfy.image("wan-ai/wan-2.7/edits"), prompt: "x" }),
      );
      expect(error.message).toContain(`Did you mean "${imageId}"`);
      expect(emulator.charged).toBe(0);
    });
  });
});

test("image and video models and the provider fit the types of both versions as they come", () => {
  // The compiler is what checks these calls; nothing runs them.
  const calls = (runcomfy: RunComfyProvider): unknown[] => [
    ai6.generateImage({ model: runcomfy.image(imageId), prompt: imagePrompt, n: 2, seed: 7 }),
    ai7.generateImage({ model: runcomfy.image(imageId), prompt: imagePrompt, n: 2, seed: 7 }),
    ai6.experimental_generateVideo({ model: runcomfy.video(videoId), prompt: "Rain.", duration: 5 }),
    ai7.experimental_generateVideo({ model: runcomfy.video(videoId), prompt: "Rain.", duration: 5 }),
    ai7.experimental_startVideo({ model: runcomfy.video(videoId), prompt: "Rain." }),
    ai6.createProviderRegistry({ runcomfy }).imageModel(`runcomfy:${imageId}`),
    ai7.createProviderRegistry({ runcomfy }).imageModel(`runcomfy:${imageId}`),
    ai7.createProviderRegistry({ runcomfy }).videoModel(`runcomfy:${videoId}`),
  ];
  expect(calls).toBeInstanceOf(Function);
});

test("a video is started by one provider, and its state read by another", async () => {
  await withProvider(
    async ({ runcomfy, emulator }) => {
      const { operation } = await ai7.experimental_startVideo({
        model: runcomfy.video(videoId),
        prompt: "Wind.",
        n: 2,
      });
      const saved: typeof operation = JSON.parse(JSON.stringify(operation));
      const { createRunComfy } = await import("../../src/adapters/ai-sdk/provider.js");
      const other = createRunComfy({ client: { baseUrl: emulator.url, token: emulator.token } }).video(
        videoId,
      );
      const poll = () => ai7.experimental_getVideoStatus(other, { operation: saved });
      expect((await poll()).status).toBe("pending");
      emulator.faults.add({ route: "status", status: 503, times: 20 });
      expect((await poll()).status).toBe("pending");
      emulator.faults.clear();
      for (const { id } of emulator.jobs) emulator.finish(id);
      const state = await other.doStatus({ operation: saved });
      expect(state).toMatchObject({ status: "completed", videos: [{ type: "url" }, { type: "url" }] });
      expect(emulator.charged).toBe(2);
    },
    { runMs: Infinity },
  );
});

test("a started video that fails is an error state that names the job", async () => {
  await withProvider(
    async ({ runcomfy, emulator }) => {
      const model = runcomfy.video(videoId);
      const { operation } = await ai7.experimental_startVideo({ model, prompt: "Wind." });
      const state = await model.doStatus({ operation });
      expect(state).toMatchObject({ status: "error", error: expect.stringContaining(emulator.jobs[0]!.id) });
      expect(await errorOf(model.doStatus({ operation: { id: 1 } }))).toMatchObject({ code: "config" });
    },
    { outcome: () => ({ error: "out of memory" }) },
  );
});
