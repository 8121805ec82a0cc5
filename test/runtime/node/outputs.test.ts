import { getEventListeners } from "node:events";
import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findAssets } from "../../../src/node/save/assets.js";
import {
  networkTo,
  readMedia,
  serve,
  startMediaServer,
  type Answer,
  type MediaServer,
} from "./media-server.js";
import { failureOf, makeFolder, readManifestOf, runSave, stem } from "./save-support.js";

const png = readMedia("photo.png");
const url = "https://media.runcomfy.net/x.png";
const rules = { hosts: ["*.runcomfy.net"] };
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

const run = (output: unknown, options: Partial<Parameters<typeof runSave>[0]> = {}) =>
  runSave({ network: networkTo(server), directory: folder.path, ...options }, output);

describe("an address with spaces", () => {
  test("is an output under any key, and its spaces are encoded", async () => {
    const { files } = await run({ mesh_preview: "https://media.runcomfy.net/a cat, on a mat.png?x=a b" });
    expect(files).toHaveLength(1);
    expect(server.requests[0]!.url).toBe("/a%20cat,%20on%20a%20mat.png?x=a%20b");
  });

  test("is known in time that grows with its length", () => {
    const long = `https://media.runcomfy.net/${" ".repeat(2_000_000)}\nx`;
    expect(findAssets({ note: long, image: ` ${url} ` }, rules)).toMatchObject([{ url, verdict: "safe" }]);
  });

  test("is not made of a text that only mentions one", () => {
    for (const text of [
      "see https://media.runcomfy.net/a b.png",
      "https://media.runcomfy.net/x\nis it",
      "a: b",
    ])
      expect(findAssets({ note: text, image: url }, rules)).toHaveLength(1);
  });
});

describe("a file that the output holds itself", () => {
  const base64 = png.toString("base64");

  test.each([
    ["a data: URI", `data:image/png;base64,${base64}`],
    ["a data: URI whose text is escaped", `data:image/png;base64,${encodeURIComponent(base64)}`],
    [
      "a data: URI without base64",
      `data:image/png,${[...png].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("")}`,
    ],
    ["bare base64 text", base64],
  ])("%s is saved without a request", async (_name, text) => {
    const { files } = await run({ image: text, b64_json: text });
    expect(files).toMatchObject([{ name: `${stem}-1.png`, from: ["/image", "/b64_json"], doubtful: false }]);
    expect(await readFile(files[0]!.path)).toEqual(png);
    expect(server.requests).toHaveLength(0);
    expect(JSON.stringify(await readManifestOf(folder.path)).length).toBeLessThan(3000);
    expect((await run({ image: text })).files[0]).toMatchObject({ existing: true });
  });

  test("is held to the same limits, and to its own content type", async () => {
    const [large, page, broken] = [
      await run({ image: `data:image/png;base64,${base64}` }, { maxBytes: 100 }),
      await run({ image: "data:image/png;base64,PGh0bWw+bm8gcGljdHVyZTwvaHRtbD4=" }),
      await run({ image: "data:image/png;base64,!!!" }),
    ];
    expect(large.failed[0]!.error).toMatchObject({ reason: "too_large" });
    expect(page.failed[0]!.error).toMatchObject({ reason: "doubtful" });
    expect(broken.failed[0]!.error).toMatchObject({ reason: "encoding" });
    expect(page.failed[0]!.error.message.length).toBeLessThan(500);
  });
});

describe("formats", () => {
  const text = (value: string) => Buffer.from(value);
  test.each([
    ["ply", text("ply\nformat ascii 1.0\nend_header\n"), ""],
    ["obj", text("v 0 0 0\nf 1 1 1\n"), ""],
    ["fbx", text("Kaydara FBX Binary  \0\x1a\0"), ""],
    ["stl", Buffer.alloc(134, 1), "model/stl"],
    [
      "usdz",
      Buffer.concat([text("PK\x03\x04"), Buffer.alloc(30), text("PK\x05\x06"), Buffer.alloc(18)]),
      "model/vnd.usdz+zip",
    ],
    ["zip", Buffer.concat([text("PK\x03\x04"), Buffer.alloc(30), text("PK\x05\x06"), Buffer.alloc(18)]), ""],
    ["svg", text('<svg xmlns="http://www.w3.org/2000/svg"></svg>'), "image/svg+xml"],
    ["srt", text("1\n00:00:00,000 --> 00:00:01,000\nHello\n"), "text/plain"],
    ["vtt", text("WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"), "text/vtt"],
    ["json", text('{"a":1}'), "application/json"],
    ["txt", text("Hello\n"), "text/plain; charset=utf-8"],
    ["aac", Buffer.from([0xff, 0xf1, 0x50, 0x80, 0x02, 0x1f, 0xfc, 0, 0]), ""],
    ["avi", Buffer.concat([text("RIFF\x10\0\0\0AVI "), Buffer.alloc(12)]), ""],
    ["bmp", Buffer.concat([text("BM\x1a\0\0\0\0\0\0\0"), Buffer.alloc(16)]), ""],
    ["tiff", text("II*\0\x08\0\0\0\0\0"), ""],
    ["exr", Buffer.concat([Buffer.from([0x76, 0x2f, 0x31, 0x01]), Buffer.alloc(8)]), ""],
    ["gltf", text('{"asset":{"version":"2.0"}}'), "model/gltf+json"],
  ] as const)("%s has a name of its own", async (extension, body, type) => {
    answer = (request, response) => serve(request, response, body, { type });
    const path = ["fbx", "usdz", "json"].includes(extension) ? "x" : `x.${extension}`;
    const { files, failed } = await run({ thing: `https://media.runcomfy.net/${path}` });
    expect(failed).toEqual([]);
    expect(files[0]).toMatchObject({ name: `${stem}-1.${extension}`, warnings: [] });
  });

  test.each([
    ["bmp", "image/bmp"],
    ["bin", "application/octet-stream"],
  ])(
    "bytes of which two letters say that they are a bitmap are saved as .%s where the host says %s",
    async (extension, type) => {
      answer = (request, response) => serve(request, response, text("BM\x01\x02\x03\x04"), { type });
      const { files } = await run({ image: "https://media.runcomfy.net/x" });
      expect(files).toMatchObject([{ name: `${stem}-1.${extension}` }]);
    },
  );

  test.each([
    ["a program", text("#!/bin/sh\n"), "text/plain", "x.txt"],
    ["a program", text("MZ\x90\0"), "application/octet-stream", "x.obj"],
    ["no known media kind", text("\0\x01\x02"), "application/json", "x.json"],
  ])("%s is never named as the host names it", async (_what, body, type, path) => {
    answer = (request, response) => serve(request, response, body, { type });
    const { files } = await run({ thing: `https://media.runcomfy.net/${path}` });
    expect(files[0]).toMatchObject({ name: `${stem}-1.bin` });
  });
});

describe("a link beside the files", () => {
  const page = "https://docs.example.com/about";

  test("that cannot be fetched is listed, and fails nothing", async () => {
    for (const output of [
      { video: url, documentation: page },
      { images: [url], more: { homepage_url: page } },
      { image: url, preview: "https://cdn.example.com/x.png" },
    ]) {
      const report = await run(output, { onFailure: "throw", force: true });
      expect(report.files).toHaveLength(1);
      expect(report.failed).toMatchObject([{ role: "link", error: { reason: "refused" } }]);
    }
    expect((await readManifestOf(folder.path))["failed"]).toHaveLength(1);
  });

  test("is a file of the job where it names the only one, or where its own host gives it", async () => {
    expect((await failureOf(run({ report: page }, { onFailure: "throw" }))).report?.failed).toMatchObject([
      { role: "output" },
    ]);
    answer = (request, response) =>
      request.url === "/mask.png" ? response.writeHead(410).end() : serve(request, response, png);
    const both = { image: url, mask: "https://media.runcomfy.net/mask.png" };
    const error = await failureOf(run(both, { onFailure: "throw" }));
    expect(error.message).toContain("/mask: ");
    expect(error.message).toContain(`Saved: ${stem}-1.png`);
  });
});

describe("many files", () => {
  test("more than 10,000 and deeper than 32 levels are all found", () => {
    const images = Array.from({ length: 12_000 }, (_, index) => `${url}?${index}`);
    let deep: unknown = { image: `${url}?deep` };
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];
    const assets = findAssets({ images, deep }, rules);
    expect(assets).toHaveLength(12_001);
    expect(assets[0]!.from).toEqual(["/images/0"]);
    expect(assets.at(-1)!.url).toBe(`${url}?deep`);
  });

  test("an output that contains itself is walked once", () => {
    const output: Record<string, unknown> = { image: url };
    output["self"] = [output];
    expect(findAssets(output, rules)).toHaveLength(1);
  });

  test("each of 2,000 files that cannot be fetched is reported", async () => {
    const images = Array.from({ length: 2_000 }, (_, index) => `https://media.example.com/${index}.png`);
    const { files, failed } = await run({ images });
    expect([files.length, failed.length]).toEqual([0, 2_000]);
    const error = await failureOf(run({ images }, { onFailure: "throw" }));
    expect(error.message).toContain("2000 of 2000 files");
    expect(error.message.split("\n").length).toBeLessThan(30);
  });

  test("60 saves with one signal warn of nothing, and leave no listener", async () => {
    const { signal } = new AbortController();
    const warnings: Error[] = [];
    const note = (warning: Error) => void warnings.push(warning);
    process.on("warning", note);
    const network = networkTo(server);
    const saves = Array.from({ length: 60 }, (_, index) =>
      runSave(
        { network, directory: folder.path, signal, force: true },
        { image: `${url}?${index}` },
        `req-${index}`,
      ),
    );
    const reports = await Promise.all(saves);
    await new Promise(setImmediate);
    process.off("warning", note);
    expect(reports.flatMap(({ files }) => files)).toHaveLength(60);
    expect(warnings).toEqual([]);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});
