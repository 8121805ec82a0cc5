import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemDisk, type Disk } from "../../../src/node/files/disk.js";
import { settle } from "../../support/clock.js";
import {
  createTestClock,
  cutAfter,
  networkTo,
  readMedia,
  serve,
  startMediaServer,
  type Answer,
  type MediaServer,
} from "./media-server.js";
import { makeFolder, runSave, stem } from "./save-support.js";

const png = readMedia("photo.png");
const url = "https://media.runcomfy.net/x";

let server: MediaServer;
let answers: Answer[];
let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeEach(async () => {
  answers = [];
  // The last answer is repeated.
  server = await startMediaServer((request, response) =>
    (answers.length > 1 ? answers.shift()! : answers[0]!)(request, response),
  );
  folder = await makeFolder();
});
afterEach(async () => {
  await server.close();
  await folder.remove();
});

const whole: Answer = (request, response) => serve(request, response, png);

const run = async (
  options: Partial<Parameters<typeof runSave>[0]> = {},
  output: unknown = { image: url },
) => {
  const report = await runSave({ network: networkTo(server), directory: folder.path, ...options }, output);
  return {
    report,
    file: report.files[0],
    error: report.failed[0]?.error as { reason: string; message: string; status?: number } | undefined,
    bytes: report.files[0] && (await readFile(report.files[0].path)),
    ranges: server.requests.map(({ headers }) => headers.range),
    names: await readdir(folder.path),
  };
};

describe("redirects", () => {
  const to =
    (location: string): Answer =>
    (_request, response) =>
      void response.writeHead(302, { location }).end();

  test("row 94: five are followed, each to a URL that passes the guard", async () => {
    answers = [to("/1"), to("https://b.runcomfy.com/2"), to("3"), to("//c.runcomfy.net/4"), to("/5"), whole];
    const { bytes } = await run();
    expect(bytes).toEqual(png);
    expect(server.requests.map(({ headers, url: path }) => `${headers.host}${path}`).at(-1)).toBe(
      "c.runcomfy.net/5",
    );
  });

  test("row 94: a sixth is not", async () => {
    answers = [to("/again")];
    expect((await run()).error).toMatchObject({
      reason: "refused",
      message: expect.stringContaining("more than 5 times"),
    });
    expect(server.requests).toHaveLength(6);
  });

  test("row 94: none leads from a public host to this machine, even where this machine is allowed", async () => {
    answers = [to("http://127.0.0.1:9/x"), whole];
    const { error } = await run({ allowLocalhost: true });
    expect(error).toMatchObject({
      reason: "refused",
      message: expect.stringContaining("redirects to this machine"),
    });
    expect(server.requests).toHaveLength(1);
  });

  for (const target of [
    "http://media.runcomfy.net/x",
    "file:///etc/passwd",
    "https://169.254.169.254/latest",
    "https://[::1]/",
    "https://evil.example.com/",
    "https://media.runcomfy.net:8443/",
    "https://u:p@media.runcomfy.net/",
    "data:text/html,x",
    "https://",
  ]) {
    test(`row 94: none leads to ${target}`, async () => {
      answers = [to(target), whole];
      expect((await run()).error?.reason).toBe("refused");
      expect(server.requests).toHaveLength(1);
    });
  }
});

describe("names that resolve to private addresses", () => {
  const resolving = (...answersOf: string[][]) => {
    let count = 0;
    return networkTo(server, {
      resolve: () =>
        Promise.resolve(
          answersOf[Math.min(count++, answersOf.length - 1)]!.map((address) => ({
            address,
            family: address.includes(":") ? 6 : 4,
          })),
        ),
    });
  };

  test("row 95: a name with a public and a private address is not connected to", async () => {
    answers = [whole];
    expect((await run({ network: resolving(["93.184.216.34", "10.0.0.1"]) })).error?.reason).toBe("refused");
    expect(server.requests).toHaveLength(0);
  });

  test("row 95: a name is resolved once for each connection, and the address that was judged is the one connected to", async () => {
    answers = [(_request, response) => void response.writeHead(302, { location: "/again" }).end(), whole];
    const judged: string[] = [];
    const network = resolving(["93.184.216.34"], ["127.0.0.1"]);
    const { error } = await run({
      network: {
        ...network,
        reroute: (address, port) => {
          judged.push(address);
          return network.reroute!(address, port);
        },
      },
    });
    expect(judged).toEqual(["93.184.216.34"]);
    expect(error).toMatchObject({ reason: "refused", message: expect.stringContaining("127.0.0.1") });
    expect(server.requests).toHaveLength(1);
  });

  test("row 95: a literal address is judged too, although a socket's lookup never sees it", async () => {
    answers = [whole];
    const { error } = await run({ hosts: ["*", "127.0.0.1"] }, { image: "https://127.0.0.1/x" });
    expect(error?.reason).toBe("refused");
    expect(server.requests).toHaveLength(0);
  });

  test("a name that cannot be resolved is tried again, then reported", async () => {
    const { error } = await run({
      network: networkTo(server, { resolve: () => Promise.reject(new Error("ENOTFOUND")) }),
    });
    expect(error).toMatchObject({ reason: "connection", message: "media.runcomfy.net cannot be resolved." });
  });
});

test("a host whose certificate is not trusted is refused, and not asked again", async () => {
  answers = [whole];
  const clock = createTestClock();
  const { ca: _ca, ...network } = networkTo(server, { clock });
  expect((await run({ network })).error).toMatchObject({
    reason: "refused",
    message: expect.stringContaining("self-signed"),
  });
  expect(clock.pauses).toEqual([]);
});

describe("a connection that breaks off", () => {
  test("row 96: the download goes on with Range and If-Range where it was cut", async () => {
    answers = [(_request, response) => cutAfter(response, png, 1000, { etag: '"v1"' }), whole];
    const { bytes, ranges, file } = await run();
    expect(bytes).toEqual(png);
    expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-$/);
    expect(server.requests[1]!.headers["if-range"]).toBe('"v1"');
    expect(file).toMatchObject({ unverifiedLength: false, warnings: [] });
  });

  test("row 96: it survives a cut at any byte", async () => {
    for (const at of [0, 1, 7, 8, png.length - 1]) {
      answers = [(_request, response) => cutAfter(response, png, at, { etag: '"v1"' }), whole];
      expect((await run({ force: true })).bytes).toEqual(png);
    }
  });

  test("row 96: without a strong ETag it starts again", async () => {
    for (const etag of ['W/"v1"', "v1", undefined]) {
      answers = [
        (_request, response) => cutAfter(response, png, 1000, etag === undefined ? {} : { etag }),
        whole,
      ];
      server.requests.length = 0;
      const { bytes, ranges } = await run({ force: true });
      expect(bytes).toEqual(png);
      expect(ranges).toEqual([undefined, undefined]);
    }
  });

  test("row 96: a changed ETag starts again", async () => {
    const other = Buffer.concat([png, Buffer.from("changed")]);
    answers = [
      (_request, response) => cutAfter(response, png, 1000, { etag: '"v1"' }),
      (request, response) => serve(request, response, other, { etag: '"v2"' }),
    ];
    expect((await run()).bytes).toEqual(other);
  });

  /** The rest that was asked for, of another version: what a host that knows no `If-Range` sends. */
  const restOf =
    (body: Buffer, headers: Record<string, string>): Answer =>
    (request, response) => {
      const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range!)![1]);
      const part = body.subarray(start);
      const range = `bytes ${start}-${body.length - 1}/${body.length}`;
      response
        .writeHead(206, { "content-length": part.length, "content-range": range, ...headers })
        .end(part);
    };
  const other = Buffer.concat([png, Buffer.from("changed")]);
  const packed = { etag: '"v1"', "content-encoding": "gzip" };

  for (const [what, rest] of [
    ["a new ETag", restOf(png, { etag: '"v2"' })],
    ["another total", restOf(other, { etag: '"v1"' })],
    ["a compressed body", restOf(png, packed)],
  ] as const) {
    test(`row 96: a rest with ${what} is dropped, and the file starts again at once`, async () => {
      answers = [
        (_request, response) => cutAfter(response, png, 1000, { etag: '"v1"' }),
        rest,
        (request, response) => serve(request, response, other, { etag: '"v2"' }),
      ];
      const clock = createTestClock();
      const { bytes, ranges } = await run({ network: networkTo(server, { clock }), attempts: 2 });
      expect(bytes).toEqual(other);
      expect(ranges).toEqual([undefined, expect.any(String), undefined]);
      expect(clock.pauses).toHaveLength(1);
    });
  }

  test("row 96: a file that starts again and does not get the length it announces fails", async () => {
    answers = [
      (_request, response) => cutAfter(response, png, 1000, { etag: '"v1"' }),
      restOf(other, { etag: '"v2"' }),
      (_request, response) => cutAfter(response, other, 1000),
    ];
    const { error, names } = await run();
    expect(error?.reason).toBe("connection");
    expect(names).toEqual(["req-1.json"]);
  });

  test("row 96: a file that always ends too early fails, after five attempts without a new byte", async () => {
    answers = [(_request, response) => cutAfter(response, png, 1000)];
    const clock = createTestClock();
    const { error, names } = await run({ network: networkTo(server, { clock }) });
    expect(error).toMatchObject({
      reason: "connection",
      message: expect.stringMatching(/broke off after \d+ of \d+ bytes/),
    });
    expect(server.requests.length).toBeGreaterThanOrEqual(5);
    expect(clock.pauses.filter((ms) => ms >= 250).length).toBe(server.requests.length - 1);
    expect(names).toEqual(["req-1.json"]);
  });

  test("row 96: a failed file with a strong ETag is kept for the next save, which fetches only the rest", async () => {
    answers = [
      (_request, response) => cutAfter(response, png, 1000, { etag: '"v1"' }),
      (_request, response) => void response.writeHead(500).end(),
    ];
    const first = await run();
    expect(first.report.failed[0]).toMatchObject({ resumable: true });
    server.requests.length = 0;
    answers = [whole];
    const second = await run();
    expect(second.bytes).toEqual(png);
    expect(second.ranges).toEqual([expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
    expect(second.names.sort()).toEqual([`${stem}-1.png`, "req-1.json"]);
  });

  test("row 96: a host that falls silent is left after the idle time", async () => {
    const clock = createTestClock();
    answers = [
      (_request, response) => {
        response.writeHead(200, { "content-length": png.length, etag: '"v1"' });
        response.write(png.subarray(0, 500));
      },
      whole,
    ];
    // Progress is told at most every 100 ms; the second time all is here that comes.
    const silences = [100, 30_000];
    // A turn later, when the reader waits for the host again: its own time does not count.
    const onProgress = (): void => void setImmediate(() => clock.advance(silences.shift() ?? 0));
    expect((await run({ network: networkTo(server, { clock }), onProgress })).bytes).toEqual(png);
    expect([server.requests.length, silences]).toEqual([2, []]);
  });

  test("row 96: the time that a slow disk takes is no silence of the host", async () => {
    const clock = createTestClock();
    let sendRest = (): void => undefined;
    answers = [
      (_request, response) => {
        response.writeHead(200, { "content-length": png.length });
        response.write(png.subarray(0, 500));
        sendRest = () => void response.end(png.subarray(500));
      },
    ];
    const disk: Disk = {
      open: async (path, flags) => {
        const handle = await systemDisk.open(path, flags);
        const write = handle.write.bind(handle) as (...given: unknown[]) => Promise<unknown>;
        return Object.assign(handle, {
          write: async (...given: unknown[]) => {
            clock.advance(30_000);
            await settle();
            sendRest();
            sendRest = () => undefined;
            return write(...given);
          },
        });
      },
    };
    expect((await run({ network: networkTo(server, { clock }), disk })).bytes).toEqual(png);
    expect(server.requests).toHaveLength(1);
  });

  test("row 96: a host that never answers is left after the idle time", async () => {
    const clock = createTestClock();
    answers = [() => setImmediate(() => clock.advance(30_000))];
    expect((await run({ network: networkTo(server, { clock }) })).error?.reason).toBe("stalled");
  });

  test("a busy host is asked again after the time it names", async () => {
    const clock = createTestClock();
    answers = [(_request, response) => void response.writeHead(503, { "retry-after": "3" }).end(), whole];
    expect((await run({ network: networkTo(server, { clock }) })).bytes).toEqual(png);
    expect(clock.pauses).toContain(3000);
  });
});

describe("lengths", () => {
  test("row 97: a length that promises too much fails, and no partial file gets the final name", async () => {
    answers = [
      (_request, response) => {
        response.socket!.end(
          `HTTP/1.1 200 OK\r\ncontent-length: ${png.length + 10}\r\n\r\n${png.toString("latin1")}`,
          "latin1",
        );
      },
    ];
    const { error, names } = await run();
    expect(error?.reason).toBe("connection");
    expect(names).toEqual(["req-1.json"]);
  });

  test("row 97: no length is flagged, and no doubt where the file's own format has its end", async () => {
    answers = [
      (_request, response) => {
        response.socket!.end(
          Buffer.concat([Buffer.from("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"), png]),
        );
      },
    ];
    const { file, bytes } = await run();
    expect(bytes).toEqual(png);
    expect(file).toMatchObject({
      unverifiedLength: true,
      doubtful: false,
      warnings: [],
    });
  });

  test("row 97: a length that promises too little fails where the rest follows at once", async () => {
    answers = [
      (_request, response) => {
        response.socket!.end(
          Buffer.concat([
            Buffer.from("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 1000\r\n\r\n"),
            png,
          ]),
        );
      },
    ];
    const { error, names } = await run();
    expect(error).toMatchObject({
      reason: "length",
      message: expect.stringContaining("more than it announced"),
    });
    expect(names).toEqual(["req-1.json"]);
  });

  for (const name of [
    "photo.png",
    "photo.jpg",
    "photo.gif",
    "photo.webp",
    "photo.avif",
    "photo.heic",
    "clip.mp4",
    "tail.mp4",
    "clip.mov",
    "tone.wav",
  ]) {
    test(`row 97: ${name} that is shorter than its own format says is warned of, a whole one is not`, async () => {
      const media = readMedia(name);
      answers = [(request, response) => serve(request, response, media, { type: "" })];
      expect((await run()).file?.warnings).toEqual([]);
      answers = [(request, response) => serve(request, response, media.subarray(0, -20), { type: "" })];
      expect((await run({ force: true })).file?.warnings).toEqual([expect.stringContaining("looks cut off")]);
    });
  }

  test("row 97: an empty file is a failure", async () => {
    answers = [(_request, response) => void response.writeHead(200, { "content-length": 0 }).end()];
    expect((await run()).error).toMatchObject({
      reason: "length",
      message: expect.stringContaining("is empty"),
    });
  });

  test("row 105: a file over the cap is refused by its announced length, and by its bytes where there is none", async () => {
    answers = [whole];
    expect((await run({ maxBytes: 1000 })).error).toMatchObject({ reason: "too_large" });
    answers = [(_request, response) => void response.writeHead(200).end(png)];
    const { error, names } = await run({ maxBytes: 1000 });
    expect(error?.message).toContain("`maxBytes` is 1000");
    expect(names).toEqual(["req-1.json"]);
  });
});

describe("ranges", () => {
  const cut: Answer = (_request, response) => cutAfter(response, png, 1000, { etag: '"v1"' });

  test("row 98: a whole answer to a range request starts again", async () => {
    answers = [
      cut,
      (_request, response) =>
        void response.writeHead(200, { "content-length": png.length, etag: '"v1"' }).end(png),
    ];
    expect((await run()).bytes).toEqual(png);
  });

  const sendRange =
    (range: string | undefined, start: number): Answer =>
    (_request, response) =>
      void response
        .writeHead(206, { etag: '"v1"', ...(range && { "content-range": range }) })
        .end(png.subarray(start));

  for (const range of [
    "bytes 0-9/10",
    `bytes 2000-${png.length - 1}/${png.length}`,
    `bytes 1000-1001/${png.length}`,
    "bytes 1000-*/*",
    undefined,
  ]) {
    test(`row 98: the wrong range ${range} is dropped, and the file starts again`, async () => {
      answers = [cut, sendRange(range, 2000), whole];
      const { bytes, ranges } = await run();
      expect(bytes).toEqual(png);
      expect(ranges).toEqual([undefined, expect.any(String), undefined]);
    });
  }

  for (const start of [0, 5, 999]) {
    test(`row 98: a rest that begins earlier than asked, at ${start}, joins the bytes that are there`, async () => {
      answers = [cut, sendRange(`bytes ${start}-${png.length - 1}/${png.length}`, start)];
      const { bytes, ranges, file } = await run();
      expect(bytes).toEqual(png);
      expect(ranges).toHaveLength(2);
      expect(file?.sha256).toBe(createHash("sha256").update(png).digest("hex"));
    });
  }

  test("row 98: a range that nobody asked for is a failure", async () => {
    answers = [sendRange(`bytes 5-${png.length - 1}/${png.length}`, 5)];
    expect((await run()).error).toMatchObject({ reason: "status", status: 206 });
  });

  test("row 98: 416 means complete only when the sizes are equal", async () => {
    // No length at first, so that only the 416 tells the size.
    const open: Answer = (_request, response) => {
      response.writeHead(200, { etag: '"v1"', "transfer-encoding": "chunked" });
      response.write(png, () => setImmediate(() => response.socket!.destroy()));
    };
    const end =
      (size: number): Answer =>
      (_request, response) =>
        void response.writeHead(416, { "content-range": `bytes */${size}` }).end();
    answers = [open, end(png.length)];
    expect((await run()).bytes).toEqual(png);
    expect(server.requests).toHaveLength(2);
    answers = [open, end(png.length + 5), whole];
    expect((await run({ force: true })).bytes).toEqual(png);
    expect(server.requests).toHaveLength(5);
  });
});

describe("what arrives", () => {
  const send =
    (body: Buffer | string, type: string): Answer =>
    (_request, response) =>
      void response
        .writeHead(200, { "content-length": Buffer.byteLength(body), "content-type": type })
        .end(body);

  const impostors = [
    ["an HTML page", "<!doctype html><script>alert(1)</script>"],
    ["an SVG drawing", '<?xml version="1.0"?><svg onload="x"/>'],
    ["a program", "MZ\x90\0"],
    ["a program", "#!/bin/sh\nrm -rf /"],
    ["JSON", '{"error":"not found"}'],
    ["XML", "<Error><Code>AccessDenied</Code></Error>"],
    ["text", "not found"],
  ] as const;
  for (const [what, body] of impostors) {
    test(`rows 103 and 154: ${what} that is called a video is not filed as the video, and is fetched again`, async () => {
      answers = [send(body, "video/mp4")];
      const { error, names, report } = await run({}, { video: url });
      expect(error).toMatchObject({ reason: "doubtful", message: expect.stringContaining(what) });
      expect(report.failed[0]!.kept).toBe(join(folder.path, `${stem}-1.bin.doubtful`));
      expect(names.sort()).toEqual([`${stem}-1.bin.doubtful`, "req-1.json"]);
      // The same bytes twice are what the host has.
      expect(server.requests).toHaveLength(2);
      answers = [
        (request, response) => serve(request, response, readMedia("clip.mp4"), { type: "video/mp4" }),
      ];
      const second = await run({}, { video: url });
      expect(second.file).toMatchObject({ name: `${stem}-1.mp4`, existing: false, doubtful: false });
      expect(second.names.sort()).toEqual([`${stem}-1.mp4`, "req-1.json"]);
    });
  }

  test("row 154: a page in place of a video is fetched again at once, and the video replaces it", async () => {
    const video: Answer = (request, response) =>
      serve(request, response, readMedia("clip.mp4"), { type: "" });
    answers = [send("<html>busy</html>", "text/html"), video];
    const { file, names } = await run({}, { video: url });
    expect(file).toMatchObject({ name: `${stem}-1.mp4`, warnings: [] });
    expect(names.sort()).toEqual([`${stem}-1.mp4`, "req-1.json"]);
  });

  test("row 103: bytes that nobody names are kept as .bin with a warning", async () => {
    answers = [send("\x01\x02\x03\x04", "application/octet-stream")];
    const { file } = await run({}, { thing: `${url}.dat` });
    expect(file).toMatchObject({ name: `${stem}-1.bin`, doubtful: false });
    expect(file!.warnings).toEqual([
      "The host does not say what this is, but its bytes are of no known media kind; it was saved as .bin.",
    ]);
  });

  test("row 103: a picture that is called another picture is named by its bytes", async () => {
    answers = [send(png, "image/jpeg")];
    const { file } = await run();
    expect(file).toMatchObject({
      name: `${stem}-1.png`,
      contentType: "image/png",
      warnings: [expect.stringContaining("named by its bytes")],
    });
  });

  test("row 101: the URL's path and query never reach the file's name", async () => {
    answers = [whole];
    for (const path of [
      "../../x",
      "%2e%2e%2fx",
      "C:%5Cx",
      "CON",
      "a%00b",
      "x".repeat(5000),
      "\u202egnp.exe",
      "x.",
      "~",
      "-rf",
    ]) {
      expect((await run({ force: true }, { image: `https://media.runcomfy.net/${path}` })).file!.name).toBe(
        `${stem}-1.png`,
      );
    }
  });

  test("row 104: a URL whose signature expired is fetched anew, once for all files", async () => {
    answers = [
      (request, response) =>
        request.url!.includes("new") ? serve(request, response, png) : response.writeHead(403).end(),
    ];
    let asked = 0;
    const refresh = () => {
      asked++;
      return Promise.resolve({ output: { images: [`${url}?new=1`, `${url}?new=2`] } });
    };
    const { report } = await run({ refresh }, { images: [`${url}?old=1`, `${url}?old=2`] });
    expect(report.failed).toEqual([]);
    expect(asked).toBe(1);
    expect(report.files).toHaveLength(2);
  });

  test("row 104: without a way to refresh, or when the new URL is refused too, the file fails with the status", async () => {
    answers = [(_request, response) => void response.writeHead(403).end()];
    const finishedAt = "1969-12-31T23:00:00Z";
    expect((await run({ finishedAt })).error).toMatchObject({
      reason: "status",
      status: 403,
      message: expect.stringContaining("may have expired"),
    });
    const refresh = () => Promise.resolve({ output: { image: `${url}?new` } });
    expect((await run({ refresh, finishedAt })).error).toMatchObject({ status: 403 });
    expect(server.requests).toHaveLength(3);
  });

  test.each([403, 404])("%i on a file that is seconds old is asked again", async (status) => {
    const early: Answer = (_request, response) => void response.writeHead(status).end("not yet");
    answers = [early, early, whole];
    expect((await run({ finishedAt: "1970-01-01T00:00:00.000000" })).bytes).toEqual(png);
    answers = [early];
    server.requests.length = 0;
    expect((await run({ force: true, finishedAt: "1969-12-31T23:00:00Z" })).error).toMatchObject({ status });
    expect(server.requests).toHaveLength(1);
  });

  test("an abort ends the wait for a new URL with the signal's own reason", async () => {
    answers = [(_request, response) => void response.writeHead(403).end()];
    const controller = new AbortController();
    const reason = new Error("enough");
    const refresh = () => {
      controller.abort(reason);
      return new Promise<never>(() => {});
    };
    await expect(run({ refresh, signal: controller.signal })).rejects.toBe(reason);
  });

  test("row 104: a refreshed URL passes the guard as well", async () => {
    answers = [(_request, response) => void response.writeHead(403).end()];
    const refresh = () => Promise.resolve({ output: { image: "https://169.254.169.254/" } });
    expect((await run({ refresh })).error?.reason).toBe("refused");
  });

  test("row 105: a body that a host compressed anyway is unpacked, and its unpacked bytes are counted", async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000));
    const sendPacked =
      (body: Buffer): Answer =>
      (_request, response) =>
        void response
          .writeHead(200, {
            "content-length": body.length,
            "content-encoding": "gzip",
            "content-type": "image/png",
          })
          .end(body);
    answers = [sendPacked(gzipSync(png))];
    expect(await run()).toMatchObject({ bytes: png, file: { unverifiedLength: false } });
    answers = [sendPacked(bomb)];
    expect((await run({ force: true, maxBytes: 1_000_000 })).error?.reason).toBe("too_large");
    answers = [(_request, response) => void response.writeHead(200, { "content-encoding": "zstd" }).end(png)];
    expect((await run({ force: true })).error?.reason).toBe("encoding");
  });

  test("row 105: a compressed body that is cut never gets the final name", async () => {
    const packed = gzipSync(png);
    answers = [
      (_request, response) => cutAfter(response, packed, 200, { "content-encoding": "gzip", etag: '"v1"' }),
    ];
    const { error, names } = await run();
    expect(error?.reason).toBe("connection");
    expect(names.map((name) => join(name))).toEqual(["req-1.json"]);
  });
});
