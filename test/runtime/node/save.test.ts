import { createHash } from "node:crypto";
import { getEventListeners } from "node:events";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { JobResult } from "../../../src/index.js";
import type { SaveProgress, SaveSource } from "../../../src/node/save/save-types.js";
import { systemDisk } from "../../../src/node/files/disk.js";
import { save, saveIn } from "../../../src/node/save/save.js";
import { EmptyOutputError } from "../../../src/node/save/save-error.js";
import {
  createTestClock,
  networkTo,
  readMedia,
  serve,
  startMediaServer,
  type Answer,
  type MediaServer,
} from "./media-server.js";
import { failureOf, makeFolder, modelId, readManifestOf, requestId, runSave, stem } from "./save-support.js";

const png = readMedia("photo.png");
const mp4 = readMedia("clip.mp4");
const url = "https://media.runcomfy.net/a/b.png";

let server: MediaServer;
let answer: Answer;
let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeEach(async () => {
  answer = (request, response) => serve(request, response, png);
  server = await startMediaServer((request, response) => answer(request, response));
  folder = await makeFolder();
});
afterEach(async () => {
  await server.close();
  await folder.remove();
});

const run = (
  output: unknown,
  options: Partial<Parameters<typeof runSave>[0]> = {},
): ReturnType<typeof runSave> =>
  runSave({ network: networkTo(server), directory: folder.path, ...options }, output);

describe("save", () => {
  test("brings every file of an output home, under names of our own", async () => {
    answer = (request, response) =>
      request.url!.endsWith("v")
        ? serve(request, response, mp4, { type: "video/mp4" })
        : serve(request, response, png);
    const output = {
      video: "https://media.runcomfy.net/v",
      images: [`${url}?1`, { url: `${url}?2`, width: 3 }],
      unseen: { deep: [`${url}?3`] },
      text: "a cat",
    };
    const report = await run(output);
    expect(report.failed).toEqual([]);
    expect(report.files.map(({ name, from }) => [name, from])).toEqual([
      [`${stem}-1.mp4`, ["/video"]],
      [`${stem}-2.png`, ["/images/0"]],
      [`${stem}-3.png`, ["/images/1/url"]],
      [`${stem}-4.png`, ["/unseen/deep/0"]],
    ]);
    expect(await readFile(report.files[0]!.path)).toEqual(mp4);
    expect(await folder.names()).toEqual(
      [...report.files.map(({ name }) => name), `${requestId}.json`].sort(),
    );
  });

  test("writes a manifest of what made what, without secrets", async () => {
    const signed = `${url}?X-Amz-Signature=canary&size=2`;
    await run(
      { image: signed },
      { input: { prompt: "x", image_url: "https://u:canary@example.com/?sig=canary" } },
    );
    const manifest = await readManifestOf(folder.path);
    expect(manifest).toMatchObject({
      version: 1,
      requestId,
      model: modelId,
      input: { prompt: "x", image_url: "https://example.com/?sig=removed" },
      output: { image: `${url}?X-Amz-Signature=removed&size=2` },
      files: [
        {
          name: `${stem}-1.png`,
          bytes: png.length,
          sha256: createHash("sha256").update(png).digest("hex"),
          contentType: "image/png",
        },
      ],
      failed: [],
    });
    expect(JSON.stringify(manifest)).not.toContain("canary");
  });

  test("row 93: media hosts get no credentials and no cookies", async () => {
    await run({ image: url });
    expect(Object.keys(server.requests[0]!.headers).sort()).toEqual([
      "accept",
      "accept-encoding",
      "connection",
      "host",
      "user-agent",
    ]);
  });

  test("a second save fetches nothing that is there, and one missing file again", async () => {
    const output = { images: [`${url}?1`, `${url}?2`] };
    await run(output);
    const second = await run(output);
    expect(second.files.map(({ existing }) => existing)).toEqual([true, true]);
    expect(server.requests).toHaveLength(2);
    await rm(second.files[1]!.path);
    const third = await run(output);
    expect(third.files.map(({ existing }) => existing)).toEqual([true, false]);
    expect(server.requests).toHaveLength(3);
  });

  test("one failed file does not lose the others", async () => {
    answer = (request, response) =>
      request.url === "/bad" ? response.writeHead(404).end() : serve(request, response, png);
    const output = { images: ["https://media.runcomfy.net/bad", url] };
    const error = await failureOf(run(output, { onFailure: "throw" }));
    expect(error.message).toContain("1 of 2 files could not be saved");
    expect(error.message).toContain("/images/0: https://media.runcomfy.net/bad answered 404");
    expect(error.report?.files).toHaveLength(1);
    expect(await folder.names()).toEqual([`${stem}-2.png`, `${requestId}.json`]);
    expect((await readManifestOf(folder.path))["failed"]).toMatchObject([{ from: ["/images/0"] }]);
  });

  test("row 81: an output without any file is an error, not a success", async () => {
    for (const output of [
      null,
      undefined,
      {},
      [],
      "",
      "done",
      ["done"],
      { images: [] },
      { image: "" },
      { text: "hello" },
    ]) {
      expect(await failureOf(run(output))).toBeInstanceOf(EmptyOutputError);
    }
    expect(server.requests).toHaveLength(0);
  });

  test("row 81: a string, an array, and a URL that stands twice are all understood", async () => {
    expect((await run(url)).files).toHaveLength(1);
    expect((await run([`${url}?2`, `${url}?3`], { force: true })).files).toHaveLength(2);
    const both = await run({ image: url, images: [url] }, { force: true });
    expect(both.files.map(({ from }) => from)).toEqual([["/image", "/images/0"]]);
  });

  test("row 84: an unsafe URL is listed with the reason and never fetched", async () => {
    const unsafe = [
      "file:///etc/passwd",
      "javascript:alert(1)",
      "http://169.254.169.254/",
      "https://[::ffff:a9fe:a9fe]/",
      "2130706433",
      "https://u@media.runcomfy.net/",
      "x.png",
      "https://evil.example.com/x",
    ];
    const report = await run({ images: unsafe });
    expect(report.files).toEqual([]);
    expect(report.failed.map(({ error }) => "reason" in error && error.reason)).toEqual(
      unsafe.map(() => "refused"),
    );
    expect(server.requests).toHaveLength(0);
  });

  test("row 139: URLs outside the output are never fetched", async () => {
    const source = {
      output: { image: url },
      requestId,
      model: modelId,
      raw: { input: { image: "https://media.runcomfy.net/in" } },
    };
    await saveIn({ network: networkTo(server), disk: systemDisk }, source, { directory: folder.path });
    expect(server.requests.map((request) => request.url)).toEqual(["/a/b.png"]);
  });

  test("progress tells each file and all together, and may throw", async () => {
    const seen: SaveProgress[] = [];
    await run(
      { images: [`${url}?1`, `${url}?2`] },
      {
        onProgress: (progress) => {
          seen.push(progress);
          throw new Error("a broken display");
        },
      },
    );
    expect(seen.at(-1)).toEqual({
      file: {
        index: expect.any(Number),
        from: expect.stringMatching(/^\/images\//),
        bytes: png.length,
        totalBytes: png.length,
      },
      files: { done: 2, failed: 0, count: 2 },
      bytes: 2 * png.length,
      totalBytes: 2 * png.length,
    });
  });

  test("an abort ends the save with the signal's own reason and leaves no file under a final name", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    answer = (_request, response) => {
      response.writeHead(200, { "content-length": png.length, etag: '"v1"' });
      response.write(png.subarray(0, 100), () => controller.abort(reason));
    };
    await expect(run({ image: url }, { signal: controller.signal })).rejects.toBe(reason);
    expect((await folder.names()).filter((name) => name.startsWith(stem))).toEqual([]);
  });

  test("nothing is left on a signal that many files and many saves share", async () => {
    const { signal } = new AbortController();
    const images = Array.from({ length: 20 }, (_, index) => `${url}?${index}`);
    for (let round = 0; round < 3; round++) await run({ images }, { signal, force: true });
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("however many files are fetched or wait for another attempt, the signal has one listener", async () => {
    const { signal } = new AbortController();
    const images = Array.from({ length: 20 }, (_, index) => `${url}?${index}`);
    const counts: number[] = [];
    const pauses: (AbortSignal | undefined)[] = [];
    const clock = createTestClock();
    async function sleep(ms: number, given?: AbortSignal): Promise<void> {
      if (ms === 500) pauses.push(given);
      return clock.sleep(ms, given);
    }
    const seen = new Set<string>();
    answer = (request, response) => {
      counts.push(getEventListeners(signal, "abort").length);
      if (seen.has(request.url!)) return serve(request, response, png);
      seen.add(request.url!);
      response.writeHead(503).end();
    };
    const report = await run({ images }, { signal, concurrency: 20, clock: { ...clock, sleep } });
    expect(report.files).toHaveLength(20);
    expect(Math.max(...counts)).toBe(1);
    expect(pauses).toHaveLength(20);
    expect(pauses).not.toContain(signal);
  });

  test("what the client gives as a result is what save takes", () => {
    const take = (result: JobResult): SaveSource => result;
    expect(take).toBeTypeOf("function");
  });

  test("an abort before the start sends nothing and writes nothing", async () => {
    await expect(run({ image: url }, { signal: AbortSignal.abort(new Error("no")) })).rejects.toThrow("no");
    expect(server.requests).toHaveLength(0);
    expect(await folder.names()).toEqual([]);
  });

  test("the result's own name is not needed where the model is given", async () => {
    const { files } = await run({ image: url }, { model: { id: "../a b//CON" } });
    expect(files[0]!.name).toBe("a-b-CON-req-1-1.png");
  });

  test("a request id that cannot be a file name is refused", async () => {
    await expect(
      save({ output: { image: url }, requestId: "../x" }, { directory: folder.path }),
    ).rejects.toThrow("no usable request id");
  });

  test("options that cannot be used are refused before anything happens", async () => {
    await expect(run({ image: url }, { hosts: ["https://example.com"] })).rejects.toThrow(
      'not "https://example.com"',
    );
    await expect(run({ image: url }, { concurrency: 0 })).rejects.toThrow("concurrency is 0");
    await expect(run({ image: url }, { maxBytes: Number.NaN })).rejects.toThrow("maxBytes is NaN");
  });

  test("the emulator's own address works when this machine is allowed", async () => {
    const plain = await startMediaServer((request, response) => serve(request, response, png), false);
    const local = { output: { image: `http://127.0.0.1:${plain.port}/x` }, requestId };
    const report = await save(local, { directory: folder.path, allowLocalhost: true });
    expect(report.files[0]!.name).toBe(`output-${requestId}-1.png`);
    expect((await failureOf(save(local, { directory: join(folder.path, "2") }))).message).toContain(
      "http: is not https:",
    );
    await plain.close();
  });

  test("files are never executable", async () => {
    const { files } = await run({ image: url });
    expect((await stat(files[0]!.path)).mode & 0o111).toBe(0);
  });

  test("an aborted save forgets none of the files that earlier ones brought home", async () => {
    const output = { images: [1, 2, 3, 4, 5, 6].map((number) => `${url}?${number}`) };
    await run(output);
    const before = await readManifestOf(folder.path);
    const controller = new AbortController();
    const stop = { signal: controller.signal, concurrency: 1, onProgress: () => controller.abort() };
    await expect(run(output, stop)).rejects.toThrow("aborted");
    expect(await readManifestOf(folder.path)).toEqual(before);
    const third = await run(output);
    expect(third.files.map(({ existing }) => existing)).toEqual(output.images.map(() => true));
    expect(server.requests).toHaveLength(6);
  });

  test("an aborted save does not vouch for a file that is gone or has another size", async () => {
    const output = { images: [`${url}?1`, `${url}?2`, `${url}?3`] };
    await run(output);
    await rm(join(folder.path, `${stem}-2.png`));
    await writeFile(join(folder.path, `${stem}-3.png`), "edited");
    const controller = new AbortController();
    const stop = { signal: controller.signal, concurrency: 1, onProgress: () => controller.abort() };
    await expect(run(output, stop)).rejects.toThrow("aborted");
    expect(await readManifestOf(folder.path)).toMatchObject({
      files: [{ name: `${stem}-1.png` }],
      failed: [{ from: ["/images/1"] }, { from: ["/images/2"] }],
    });
  });

  test("a file that a killed save left whole stays known through an aborted one", async () => {
    const output = { images: [`${url}?1`, `${url}?2`] };
    const saved = await run(output);
    const { path: _path, existing: _existing, ...complete } = saved.files[1]!;
    await rm(saved.manifest);
    await rm(saved.files[0]!.path);
    await writeFile(join(folder.path, `.${stem}-2.part.json`), JSON.stringify({ complete }));
    const controller = new AbortController();
    answer = (_request, response) => void controller.abort(response.writeHead(500).end());
    const stop = { signal: controller.signal, concurrency: 1 };
    await expect(run(output, stop)).rejects.toBeDefined();
    answer = (request, response) => serve(request, response, png);
    const { files } = await run(output);
    expect(files.map(({ existing }) => existing)).toEqual([false, true]);
    expect(await folder.names()).toEqual([...files.map(({ name }) => name), `${requestId}.json`].sort());
  });

  test("what is on disk is found although its host is no longer allowed", async () => {
    const output = { image: "https://media.example.com/x" };
    await run(output, { hosts: ["media.example.com"] });
    const { files, failed } = await run(output);
    expect([files.map(({ existing }) => existing), failed]).toEqual([[true], []]);
    await rm(files[0]!.path);
    expect((await run(output)).failed[0]!.error).toMatchObject({ reason: "refused" });
    expect(await readManifestOf(folder.path)).toMatchObject({ files: [], failed: [{ from: ["/image"] }] });
  });

  test("a failed replacement leaves the file and its place in the manifest", async () => {
    await run({ image: url });
    const before = await readManifestOf(folder.path);
    answer = (_request, response) => void response.writeHead(404).end();
    expect((await run({ image: url }, { force: true })).failed).toHaveLength(1);
    expect(await readManifestOf(folder.path)).toEqual(before);
  });

  test("a later save that knows less takes nothing out of the manifest", async () => {
    const at = { createdAt: "2026-01-01T00:00:00Z", finishedAt: "2026-01-01T00:01:00Z", cost: 0.5 };
    const surroundings = { network: networkTo(server), disk: systemDisk };
    const source = { output: { image: url }, requestId };
    const first = { ...source, ...at, model: modelId };
    await saveIn(surroundings, first, { directory: folder.path, input: { prompt: "x" } });
    const before = { ...(await readManifestOf(folder.path)), remark: "the good one" };
    await writeFile(join(folder.path, `${requestId}.json`), JSON.stringify(before));
    const { files } = await saveIn(surroundings, source, { directory: folder.path });
    expect(files.map(({ name, existing }) => [name, existing])).toEqual([[`${stem}-1.png`, true]]);
    expect(await readManifestOf(folder.path)).toEqual(before);
    await saveIn(surroundings, { ...source, cost: 0.7 }, { directory: folder.path, input: 1 });
    expect(await readManifestOf(folder.path)).toEqual({ ...before, cost: 0.7, input: 1 });
  });

  test("a foreign file in the manifest's place stops the save before it begins", async () => {
    await writeFile(join(folder.path, `${requestId}.json`), "{}");
    expect((await failureOf(run({ image: url }))).message).toContain("is no manifest of this result");
    expect(server.requests).toHaveLength(0);
  });
});
