import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline, Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import type { MediaTools } from "../../../src/node/media/field-check.js";
import { checkMediaWith, mediaCheck, requireMedia } from "../../../src/node/media/media-check.js";
import type { CheckMediaOptions } from "../../../src/node/media/media-options.js";
import { createParser } from "../../../src/node/media/parser-pool.js";
import type { Network } from "../../../src/node/net/network.js";
import type { MediaRules, Model, Schema } from "../../../src/input/model.js";
import { buildChild } from "./built-child.js";
import {
  createTestClock,
  mediaPath,
  networkTo,
  readMedia,
  serve,
  startMediaServer,
  type Answer,
  type MediaServer,
} from "./media-server.js";

const url = "https://media.example.com/x";
const child = await buildChild();
const bareChild = await buildChild({ libraries: false });
let server: MediaServer;
let answer: Answer;

afterAll(() => {
  child.remove();
  bareChild.remove();
});
beforeEach(async () => {
  answer = (_request, response) => void response.writeHead(404).end();
  server = await startMediaServer((request, response) => answer(request, response));
});
afterEach(() => server.close());

const modelOf = (properties: Record<string, Schema>): Model => ({
  id: "a/b",
  input: { type: "object", properties, additionalProperties: false },
});
const one = (rules: MediaRules): Model => modelOf({ media: { type: "string", "x-media": rules } });

interface Given extends CheckMediaOptions {
  readonly network?: Network;
  readonly tools?: Partial<MediaTools>;
}

const toolsWith = (network: Network): MediaTools => ({
  network,
  image: () => import("image-size"),
  parser: createParser(child.start),
});

const check = (
  rules: MediaRules,
  media: unknown,
  { network = networkTo(server), tools, ...options }: Given = {},
) => checkMediaWith({ ...toolsWith(network), ...tools }, one(rules), { media }, options);

const serveFile =
  (name: string): Answer =>
  (request, response) =>
    serve(request, response, readMedia(name));

const everything: MediaRules = {
  below: {
    width_pixels: 1,
    height_pixels: 1,
    "width/height": 0.1,
    file_size_mb: 0.000001,
    duration_seconds: 0.1,
  },
};

describe("what is measured", () => {
  const files = [
    ["photo.png", { kind: "image", width: 320, height: 240 }],
    ["photo.jpg", { kind: "image", width: 320, height: 240 }],
    ["turned.jpg", { kind: "image", width: 240, height: 320 }],
    ["photo.gif", { kind: "image", width: 320, height: 240 }],
    ["photo.webp", { kind: "image", width: 320, height: 240 }],
    ["photo.avif", { kind: "image", width: 320, height: 240 }],
    ["photo.heic", { kind: "image", width: 320, height: 240 }],
    ["clip.mp4", { kind: "video", width: 160, height: 90, seconds: 3 }],
    ["tail.mp4", { kind: "video", width: 160, height: 90, seconds: 3 }],
    ["turned.mp4", { kind: "video", width: 90, height: 160, seconds: 3 }],
    ["clip.mov", { kind: "video", width: 160, height: 90, seconds: 3 }],
    ["clip.webm", { kind: "video", width: 160, height: 90, seconds: expect.closeTo(3, 1) as number }],
    ["tone.mp3", { kind: "audio", seconds: expect.closeTo(3, 1) as number }],
    ["bare.mp3", { kind: "audio", seconds: expect.closeTo(3, 1) as number }],
    ["tone.wav", { kind: "audio", seconds: 2 }],
  ] as const;

  for (const [name, expected] of files) {
    const full = { ...expected, bytes: readMedia(name).length };

    test(`row 12: ${name} from an https URL, a data: URI and a file`, async () => {
      answer = serveFile(name);
      const data = `data:application/octet-stream;base64,${readMedia(name).toString("base64")}`;
      for (const media of [url, data, mediaPath(name), `file://${mediaPath(name)}`]) {
        const { measured } = await check(everything, media, { allowLocalFiles: true });
        expect(measured.get("/media")).toMatchObject(full);
      }
    });
  }

  test("a HEIC photo that the camera turned is measured as it is shown", async () => {
    const photo = readMedia("photo.heic");
    const turn = Buffer.from([0, 0, 0, 9, ...Buffer.from("irot"), 1]);
    // The turn is a box more at the end of `ipco`; the boxes around it grow.
    const start = photo.indexOf("ipco") - 4;
    const end = start + photo.readUInt32BE(start);
    const turned = Buffer.concat([photo.subarray(0, end), turn, photo.subarray(end)]);
    for (const name of ["ipco", "iprp", "meta"]) {
      const box = turned.indexOf(name) - 4;
      turned.writeUInt32BE(turned.readUInt32BE(box) + turn.length, box);
    }
    answer = (request, response) => serve(request, response, turned);
    expect((await check(everything, url)).measured.get("/media")).toMatchObject({ width: 240, height: 320 });
  });

  test("a long video whose index stands at its end is measured by reading the end, not the whole", async () => {
    const clip = readMedia("tail.mp4");
    const mdat = clip.indexOf("mdat") - 4;
    const moov = clip.indexOf("moov") - 4;
    // Five megabytes more of pictures.
    const more = Buffer.alloc(5_000_000);
    const header = Buffer.from(clip.subarray(mdat, mdat + 8));
    header.writeUInt32BE(moov - mdat + more.length);
    const long = Buffer.concat([
      clip.subarray(0, mdat),
      header,
      clip.subarray(mdat + 8, moov),
      more,
      clip.subarray(moov),
    ]);
    answer = (request, response) => serve(request, response, long);
    const { measured } = await check(everything, url);
    expect(measured.get("/media")).toMatchObject({ width: 160, seconds: 3, bytes: long.length });
    expect(server.requests.length).toBeLessThanOrEqual(4);
  });

  test("a photo with a long profile in front of the picture is read further", async () => {
    const photo = readMedia("photo.jpg");
    const filler = Buffer.concat([Buffer.from([0xff, 0xe2, 0xff, 0xff]), Buffer.alloc(0xfffd)]);
    const long = Buffer.concat([photo.subarray(0, 2), filler, filler, photo.subarray(2)]);
    answer = (request, response) => serve(request, response, long);
    expect((await check(everything, url)).measured.get("/media")).toMatchObject({ width: 320, height: 240 });
    expect(server.requests.length).toBeGreaterThan(1);
  });

  describe("from a host that sends parts and does not say the length of the whole", () => {
    const serveParts =
      (body: Buffer): Answer =>
      (request, response) => {
        const [, start = 0, end = 0] = /(\d+)-(\d+)/.exec(request.headers.range!)!.map(Number);
        const part = body.subarray(start, end + 1);
        if (part.length === 0) return void response.writeHead(416).end();
        response.writeHead(206, { "content-range": `bytes ${start}-${start + part.length - 1}/*` }).end(part);
      };
    const pixels: MediaRules = { below: { width_pixels: 1000, height_pixels: 1000 } };

    test("a short picture or video has its width and height", async () => {
      for (const [name, size] of [
        ["photo.png", { width: 320, height: 240 }],
        ["photo.avif", { width: 320, height: 240 }],
        ["tail.mp4", { width: 160, height: 90 }],
      ] as const) {
        answer = serveParts(readMedia(name));
        const { problems, warnings, measured } = await check(pixels, url);
        expect([problems, warnings]).toEqual([[], []]);
        expect(measured.get("/media")).toMatchObject(size);
        expect(measured.get("/media")).not.toHaveProperty("bytes");
      }
    });

    test("a long one has them from its first parts", async () => {
      const photo = readMedia("photo.jpg");
      const filler = Buffer.concat([Buffer.from([0xff, 0xe2, 0xff, 0xff]), Buffer.alloc(0xfffd)]);
      for (const [long, size] of [
        [Buffer.concat([photo.subarray(0, 2), filler, filler, photo.subarray(2)]), { width: 320 }],
        [Buffer.concat([readMedia("clip.mp4"), Buffer.alloc(1_000_000)]), { width: 160 }],
      ] as const) {
        answer = serveParts(long);
        expect((await check(pixels, url)).measured.get("/media")).toMatchObject(size);
      }
    });

    test("size and duration stay unknown, and the reason is told", async () => {
      answer = serveParts(readMedia("tail.mp4"));
      const { problems, warnings } = await check(everything, url);
      expect(problems.map(({ rule }) => rule)).not.toContain("duration_seconds<");
      expect(warnings.map(({ message }) => message)).toEqual([
        "its size, its duration could not be measured: the host does not say how long it is",
      ]);
    });
  });

  test("a length beyond all numbers is no length", async () => {
    answer = (_request, response) =>
      void response
        .writeHead(206, { "content-range": `bytes 0-2686/${"9".repeat(400)}` })
        .end(readMedia("photo.png"));
    const { problems, measured } = await check({ below: { file_size_mb: 1 } }, url);
    expect(problems).toEqual([]);
    expect(measured.get("/media")).not.toHaveProperty("bytes");
  });

  test("nothing but the head is read where no rule asks for more", async () => {
    answer = serveFile("clip.mp4");
    const { measured } = await check({ kind: "video", below: { file_size_mb: 16 } }, url);
    expect(measured.get("/media")).toEqual({
      kind: "video",
      contentType: "video/mp4",
      bytes: readMedia("clip.mp4").length,
    });
    expect(server.requests.map(({ headers }) => headers.range)).toEqual(["bytes=0-65535"]);
  });
});

describe("rules", () => {
  test("row 12: all broken rules are listed at once, with rule, limit and measured value", async () => {
    answer = serveFile("photo.png");
    const { problems } = await check(
      { below: { width_pixels: 320, "width/height": 1 }, above: { height_pixels: 240, file_size_mb: 1 } },
      url,
    );
    expect(
      problems.map(({ path, rule, limit, measured, message }) => ({ path, rule, limit, measured, message })),
    ).toEqual([
      {
        path: "/media",
        rule: "width_pixels<",
        limit: 320,
        measured: 320,
        message: "its width is 320 pixels; it must be below 320 pixels",
      },
      {
        path: "/media",
        rule: "width/height<",
        limit: 1,
        measured: 320 / 240,
        message: "its width divided by height is 1.33333; it must be below 1",
      },
      {
        path: "/media",
        rule: "height_pixels>",
        limit: 240,
        measured: 240,
        message: "its height is 240 pixels; it must be above 240 pixels",
      },
      {
        path: "/media",
        rule: "file_size_mb>",
        limit: 1,
        measured: 0.002687,
        message: "its size is 0.002687 MB; it must be above 1 MB",
      },
    ]);
  });

  test("row 12: a value next to the limit passes, the limit itself does not", async () => {
    answer = serveFile("photo.png");
    const broken = async (rules: MediaRules): Promise<number> => (await check(rules, url)).problems.length;
    expect(await broken({ below: { width_pixels: 321 }, above: { width_pixels: 319 } })).toBe(0);
    expect(await broken({ below: { width_pixels: 320 } })).toBe(1);
    expect(await broken({ above: { width_pixels: 320 } })).toBe(1);
  });

  test("row 12: the documented general limits are warnings, where a model states none of its own", async () => {
    answer = (_request, response) =>
      void response.writeHead(206, { "content-range": "bytes 0-2686/60000000" }).end(readMedia("photo.png"));
    const report = await check({ kind: "image" }, url);
    expect(report.problems).toEqual([]);
    expect(report.warnings).toEqual([
      {
        code: "media",
        path: "/media",
        severity: "warning",
        message: "it has 60 MB; the service documents about 50 MB for an image",
      },
    ]);
    expect((await check({ below: { file_size_mb: 70 } }, url)).warnings).toEqual([]);
  });

  test("another kind of media than the field takes is a warning", async () => {
    answer = serveFile("clip.mp4");
    expect((await check({ kind: "image" }, url)).warnings.map(({ message }) => message)).toEqual([
      "it is a video; the field takes an image",
    ]);
  });

  test("media are found in arrays, in nested objects and in branches; samples are left alone", async () => {
    const media: Schema = {
      type: "string",
      "x-media": { below: { width_pixels: 10 }, samples: ["Example_1.png"] },
    };
    const model = modelOf({
      list: { type: "array", items: media },
      elements: {
        type: "array",
        items: { type: "object", properties: { front: media, more: { type: "array", items: media } } },
      },
      either: { anyOf: [{ type: "integer" }, media] },
      ruled: { type: "array", "x-media": { below: { width_pixels: 10 } }, items: { type: "string" } },
    });
    answer = serveFile("photo.png");
    const input = {
      list: [url, "Example_1.png"],
      elements: [{ front: url, more: [url] }],
      either: url,
      ruled: [url],
      other: url,
    };
    const { problems } = await checkMediaWith(toolsWith(networkTo(server)), model, input);
    expect(problems.map(({ path }) => path)).toEqual([
      "/list/0",
      "/elements/0/front",
      "/elements/0/more/0",
      "/either",
      "/ruled/0",
    ]);
  });
});

describe("references", () => {
  for (const media of [
    "./photo.png",
    "C:\\photo.png",
    "blob:https://example.com/1",
    "file:///etc/passwd",
    "http://example.com/x.png",
    "https://192.168.0.1/x.png",
    "https://2130706433/",
    "https://localhost/x",
    "",
  ]) {
    test(`row 11: ${JSON.stringify(media)} is a problem, and nothing is opened`, async () => {
      const { problems } = await check({ below: { width_pixels: 10 } }, media);
      expect(problems).toHaveLength(1);
      expect(problems[0]!.message).toContain("inputs are public https URLs or data: URIs");
      expect(server.requests).toHaveLength(0);
    });
  }

  test("a problem shows neither the query nor the password of its URL", async () => {
    const { problems } = await check(
      { below: { width_pixels: 10 } },
      "http://user:word@example.com/x.png?X-Amz-Signature=secret",
    );
    expect(problems[0]!.message).toContain("http://example.com/x.png");
    expect(problems[0]!.message).not.toMatch(/secret|word/);
  });

  test("row 11: a documented sample passes without a look", async () => {
    const report = await check(
      { samples: ["Runcomfy_example_1278_1.png"], below: { width_pixels: 10 } },
      "Runcomfy_example_1278_1.png",
    );
    expect([report.problems, report.warnings]).toEqual([[], []]);
  });

  test("a port or host that we do not ask is a warning, since the service may", async () => {
    for (const [media, options] of [
      ["https://media.example.com:8443/x", {}],
      [url, { hosts: ["*.example.org"] }],
    ] as const) {
      const report = await check({ below: { width_pixels: 10 } }, media, options);
      expect([report.problems.length, report.warnings.length]).toEqual([0, 1]);
    }
    expect(server.requests).toHaveLength(0);
  });
});

describe("hostile hosts", () => {
  const warningOf = async (options: Given = {}): Promise<string> => {
    const { problems, warnings } = await check({ below: { width_pixels: 10 } }, url, options);
    expect(problems).toEqual([]);
    expect(warnings).toHaveLength(1);
    return warnings[0]!.message;
  };

  test("row 13: a name of a private address is not connected to", async () => {
    const network = networkTo(server, {
      resolve: () => Promise.resolve([{ address: "169.254.169.254", family: 4 }]),
    });
    expect(await warningOf({ network })).toContain("169.254.169.254, which is not a public address");
    expect(server.requests).toHaveLength(0);
  });

  test("row 13: a redirect to a private address is not followed", async () => {
    answer = (_request, response) =>
      void response.writeHead(302, { location: "https://169.254.169.254/" }).end();
    expect(await warningOf()).toContain("169.254.169.254 is not a public address");
    expect(server.requests).toHaveLength(1);
  });

  test("row 13: no more than 256 KiB are read from a host that sends ten gigabytes", async () => {
    let sent = 0;
    let closed: Promise<unknown> | undefined;
    const chunk = Buffer.alloc(16 * 1024);
    const endless = function* () {
      for (; sent < 10e9; sent += chunk.length) yield chunk;
    };
    answer = (request, response) => {
      closed ??= once(request.socket, "close");
      response.writeHead(200, { "content-length": 10e9 });
      pipeline(Readable.from(endless()), response, () => undefined);
    };
    expect(await warningOf()).toContain("its width could not be measured");
    await closed;
    // What the sockets of both sides hold is sent, too.
    expect(sent).toBeLessThan(20e6);
  });

  test("row 13: a media file that would need more than 256 KiB is a warning", async () => {
    const photo = readMedia("photo.jpg");
    const filler = Buffer.concat([Buffer.from([0xff, 0xe2, 0xff, 0xff]), Buffer.alloc(0xfffd)]);
    const long = Buffer.concat([
      photo.subarray(0, 2),
      filler,
      filler,
      filler,
      filler,
      filler,
      photo.subarray(2),
    ]);
    answer = (request, response) => serve(request, response, long);
    expect(await warningOf()).toContain("not found in its first part");
    const lengths = server.requests.map(({ headers }) => {
      const [start, end] = headers.range!.slice("bytes=".length).split("-").map(Number);
      return end! - start! + 1;
    });
    expect(lengths.reduce((sum, length) => sum + length)).toBe(256 * 1024);
  });

  test("row 13: a host that is too slow is left after five seconds", async () => {
    const clock = createTestClock();
    answer = (_request, response) => {
      response.writeHead(200, { "content-length": 1000 });
      response.write("x", () => setImmediate(() => clock.advance(5000)));
    };
    expect(await warningOf({ network: networkTo(server, { clock }) })).toContain("took longer than 5 s");
  });

  test("row 13: a list of hosts that are all too slow is left after ten times that, and judged to its end", async () => {
    const clock = createTestClock();
    answer = () => {
      if (server.requests.length % 4 === 0) setImmediate(() => clock.advance(5000));
    };
    const items: Schema = { type: "string", "x-media": { below: { width_pixels: 10 } } };
    const { problems, warnings } = await checkMediaWith(
      toolsWith(networkTo(server, { clock })),
      modelOf({ media: { type: "array", items } }),
      { media: [...Array.from({ length: 60 }, () => url), "https://localhost/x"] },
    );
    expect(server.requests).toHaveLength(40);
    expect(warnings).toHaveLength(60);
    expect(warnings.at(-1)).toEqual({
      code: "media",
      path: "/media/59",
      severity: "warning",
      message: "it could not be measured: the files before it took longer than 50 s",
    });
    expect(problems.map(({ path }) => path)).toEqual(["/media/60"]);
  });

  test("row 13: no token, cookie or other credential is sent", async () => {
    answer = serveFile("photo.png");
    await check(everything, url);
    expect(Object.keys(server.requests[0]!.headers).sort()).toEqual([
      "accept",
      "accept-encoding",
      "connection",
      "host",
      "range",
      "user-agent",
    ]);
  });

  test("row 12: what cannot be measured is a warning, never a problem", async () => {
    const answers: Answer[] = [
      (_request, response) => void response.writeHead(404).end(),
      (_request, response) => void response.writeHead(200).end("<html>"),
      (_request, response) => void response.writeHead(200).end(),
      (request) => void request.socket.destroy(),
      (_request, response) => void response.writeHead(206, { "content-range": "bytes 5-9/10" }).end("12345"),
      (_request, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end("x"),
      (request, response) => serve(request, response, readMedia("photo.png").subarray(0, 12)),
      (request, response) => serve(request, response, readMedia("clip.mp4").subarray(0, 200)),
    ];
    for (const next of answers) {
      answer = next;
      await warningOf();
    }
  });

  test("row 12: what no file can be like is a warning, never a problem", async () => {
    const change = (name: string, at: number, value: number, little = false): Buffer => {
      const bytes = readMedia(name);
      if (little) bytes.writeUInt32LE(value, at);
      else bytes.writeUInt32BE(value, at);
      return bytes;
    };
    const strict: MediaRules = {
      below: { duration_seconds: 30, width_pixels: 6000 },
      above: { width_pixels: 300 },
    };
    for (const [bytes, what] of [
      [change("tone.wav", 24, 0, true), "its width, its duration"],
      [change("photo.png", 16, 0), "its duration, its width"],
      [change("photo.png", 16, 0xffffffff), "its duration, its width"],
    ] as const) {
      answer = (request, response) => serve(request, response, bytes);
      const { problems, warnings, measured } = await check(strict, url);
      expect(problems).toEqual([]);
      expect(warnings).toHaveLength(1);
      for (const one of what.split(", ")) expect(warnings[0]!.message).toContain(one);
      expect(warnings[0]!.message).toContain(
        "could not be measured: its header states values that are not possible",
      );
      expect(measured.get("/media")).not.toHaveProperty("width");
      expect(measured.get("/media")).not.toHaveProperty("seconds");
    }
  });

  test("a file of this machine that is not there, or cannot be sent, is a problem", async () => {
    const folder = mkdtempSync(join(tmpdir(), "media-"));
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    writeFileSync(join(folder, "empty.png"), "");
    for (const [media, why] of [
      [join(folder, "nothing.png"), "there is no such file"],
      [pathToFileURL(join(folder, "nothing.png")).href, "there is no such file"],
      ["file://other-machine/x.png", "it is no file: URL of this machine"],
      [join(folder, "empty.png", "x"), "there is no such file"],
      [join(folder, "empty.png"), "it is empty"],
      [folder, "it is a directory"],
      [pipe, "it is not a regular file"],
    ] as const) {
      const { problems, warnings } = await check({ below: { width_pixels: 10 } }, media, {
        allowLocalFiles: true,
      });
      expect(warnings).toEqual([]);
      expect(problems).toMatchObject([{ code: "media", path: "/media" }]);
      expect(problems[0]!.message).toMatch(new RegExp(`cannot be sent: ${why}$`));
    }
    rmSync(folder, { recursive: true });
  });

  test("broken data: URIs are warnings, and hang nothing", async () => {
    for (const media of [
      "data:",
      "data:,",
      "data:image/png;base64,%%%",
      "data:image/png;base64",
      "data:image/png,%E0%A4%A",
    ]) {
      const report = await check({ below: { width_pixels: 10 } }, media);
      expect([media, report.problems.length, report.warnings.length]).toEqual([media, 0, 1]);
    }
  });
});

describe("around it", () => {
  const absent = (): Promise<never> =>
    Promise.reject(Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" }));

  test("a library that is not installed is a warning that names it", async () => {
    for (const [name, library] of [
      ["photo.png", "image-size"],
      ["clip.mp4", "mediabunny"],
    ] as const) {
      answer = serveFile(name);
      const { problems, warnings } = await check(
        { below: { width_pixels: 10, file_size_mb: 0.000001 } },
        url,
        { tools: { image: absent, parser: createParser(bareChild.start) } },
      );
      expect(problems.map(({ rule }) => rule)).toEqual(["file_size_mb<"]);
      expect(warnings[0]!.message).toBe(
        `its width could not be measured: the package ${library} is not installed; run: npm install ${library}`,
      );
    }
  });

  test("an abort rejects with the signal's own reason", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    answer = () => controller.abort(reason);
    await expect(check(everything, url, { signal: controller.signal })).rejects.toBe(reason);
  });

  test("the client's check gives problems and marked warnings; the strict one throws every problem", async () => {
    const model = modelOf({
      a: { type: "string", "x-media": { below: { width_pixels: 10 } } },
      b: { type: "string", "x-media": { below: { duration_seconds: 1 } } },
    });
    const input = { a: mediaPath("photo.png"), b: mediaPath("photo.png") };
    const issues = await mediaCheck({ allowLocalFiles: true })(model, input, {});
    expect(issues.map(({ path, severity }) => [path, severity])).toEqual([
      ["/a", undefined],
      ["/b", "warning"],
    ]);
    await expect(requireMedia(model, input, { allowLocalFiles: true })).rejects.toMatchObject({
      code: "input",
      modelId: "a/b",
      issues: [{ path: "/a" }],
      message: "The media do not fit a/b:\n  `a`: its width is 320 pixels; it must be below 10 pixels",
    });
  });
});
