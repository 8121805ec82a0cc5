import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  networkTo,
  readMedia,
  serve,
  startMediaServer,
  type Answer,
  type MediaServer,
} from "./media-server.js";
import { makeFolder, readManifestOf, runSave, stem } from "./save-support.js";

const url = "https://media.runcomfy.net/x";
let server: MediaServer;
let answer: Answer;
let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeEach(async () => {
  server = await startMediaServer((request, response) => answer(request, response));
  folder = await makeFolder();
});
afterEach(async () => {
  await server.close();
  await folder.remove();
});

const run = (output: unknown = { video: url }) =>
  runSave({ network: networkTo(server), directory: folder.path }, output);

/** A whole answer as far as HTTP tells, without a length: a host that stops half-way looks the same. */
const withoutLength =
  (body: Buffer): Answer =>
  (_request, response) =>
    void response.socket!.end(
      Buffer.concat([Buffer.from("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"), body]),
    );

const half = (name: string): Buffer => {
  const media = readMedia(name);
  return media.subarray(0, media.length >> 1);
};

describe("row 154: a file without a length that its own format shows to be cut", () => {
  test.each([
    "clip.mp4",
    "clip.mov",
    "tail.mp4",
    "photo.png",
    "photo.jpg",
    "photo.webp",
    "photo.avif",
    "tone.wav",
  ])("%s is not filed, and the next save brings the whole", async (name) => {
    answer = withoutLength(half(name));
    const first = await run();
    expect(first.files).toEqual([]);
    expect(first.failed[0]).toMatchObject({ error: { reason: "doubtful" }, resumable: false });
    const { kept } = first.failed[0]!;
    expect(kept).toMatch(/\.doubtful$/);
    expect(await readFile(kept!)).toEqual(half(name));
    expect(await folder.names()).toEqual([kept!.slice(folder.path.length + 1), "req-1.json"]);
    expect((await readManifestOf(folder.path))["failed"]).toMatchObject([
      { doubtful: expect.any(String) as string },
    ]);
    answer = withoutLength(readMedia(name));
    const second = await run();
    expect(second.files[0]).toMatchObject({ existing: false, doubtful: false });
    expect(await readFile(second.files[0]!.path)).toEqual(readMedia(name));
    expect(await folder.names()).toHaveLength(2);
  });

  test("a file of an earlier version that was filed cut is found out, and fetched again", async () => {
    answer = (request, response) => serve(request, response, half("clip.mp4"), { type: "video/mp4" });
    await run();
    const manifest = await readManifestOf(folder.path);
    const [file] = manifest["files"] as Record<string, unknown>[];
    const old = { ...file, unverifiedLength: true, doubtful: undefined };
    await writeFile(join(folder.path, "req-1.json"), JSON.stringify({ ...manifest, files: [old] }));
    answer = withoutLength(readMedia("clip.mp4"));
    const { files } = await run();
    expect(files[0]).toMatchObject({
      name: `${stem}-1.mp4`,
      existing: false,
      bytes: readMedia("clip.mp4").length,
    });
    expect(await folder.names()).toEqual([`${stem}-1.mp4`, "req-1.json"]);
  });
});

describe("row 154: a file of which nothing proves that it is whole", () => {
  const text = Buffer.from("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n");
  const model = { mesh: `${url}.obj` };

  test("is filed as doubtful, and the next save brings the rest", async () => {
    answer = withoutLength(text.subarray(0, 20));
    const [first] = (await run(model)).files;
    expect(first).toMatchObject({ name: `${stem}-1.obj`, unverifiedLength: true, doubtful: true });
    expect(first!.warnings).toEqual([expect.stringContaining("announced no length")]);
    answer = withoutLength(text);
    const [second] = (await run(model)).files;
    expect(second).toMatchObject({ name: `${stem}-1.obj`, bytes: text.length, existing: false });
    expect(await readFile(second!.path)).toEqual(text);
  });

  test("counts as whole once the same bytes came twice, and is fetched no more", async () => {
    answer = withoutLength(text);
    await run(model);
    const [second] = (await run(model)).files;
    expect(second).toMatchObject({ existing: true, doubtful: false });
    expect(second!.warnings).toEqual([expect.stringContaining("A second download brought the same bytes.")]);
    await run(model);
    expect(server.requests).toHaveLength(2);
    expect(await folder.names()).toEqual([`${stem}-1.obj`, "req-1.json"]);
  });

  test("stays when it cannot be fetched again, and when less of it comes", async () => {
    answer = withoutLength(text);
    await run(model);
    for (const worse of [withoutLength(text.subarray(0, 9)), withoutLength(Buffer.alloc(0))]) {
      answer = worse;
      const { files, failed } = await run(model);
      expect(failed).toEqual([]);
      expect(files[0]).toMatchObject({ existing: true, doubtful: true, bytes: text.length });
    }
  });

  test("a file whose format contradicts the announced length is doubtful as well", async () => {
    answer = (request, response) => serve(request, response, half("clip.mp4"), { type: "video/mp4" });
    expect((await run()).files[0]).toMatchObject({ unverifiedLength: false, doubtful: true });
    const whole = readMedia("clip.mp4");
    answer = (request, response) => serve(request, response, whole, { type: "video/mp4" });
    expect((await run()).files[0]).toMatchObject({ existing: false, doubtful: false, bytes: whole.length });
  });

  test("a file that the user has removed is fetched like any other", async () => {
    answer = withoutLength(text);
    const [first] = (await run(model)).files;
    await rm(first!.path);
    expect((await run(model)).files[0]).toMatchObject({ existing: false });
  });
});
