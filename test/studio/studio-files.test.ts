import {
  appendFileSync,
  existsSync,
  readlinkSync,
  realpathSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { deflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readSignature } from "../../src/media/file-type.js";
import type { StudioJob } from "../../src/studio/job-api-types.js";
import { audioModel, openPlace, order, pictureModel } from "./support.js";
import type { Answer, OpenStudio, Place } from "./support.js";

let place: Place;
let open: OpenStudio;
let job: StudioJob;
beforeAll(async () => {
  place = await openPlace();
  open = await place.open();
  await open.call("POST", "/api/jobs", order("with-a-sound"));
  job = await open.until("with-a-sound", ({ files }) => files.length > 0);
});
afterAll(async () => {
  await open.close();
  await place.close();
});

const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  open.send({ path, headers: { cookie: open.cookie, ...headers } });

/** A job that is on record with a file of the save folder, or of anywhere else. */
const recordFile = async (key: string, path: string, contentType?: string): Promise<string> => {
  const id = { origin: place.emulator.url, space: "", key };
  await open.store.put({ ...id, model: audioModel, inputHash: "0".repeat(64), input: {} });
  const { record } = await open.store.claim(id, { owner: "test", leaseMs: 60_000 });
  const { attempt } = record;
  await open.store.move(id, { to: "accepted", attempt, job: { id: `job-${key}`, model: audioModel } });
  const files = [{ path, ...(contentType !== undefined && { contentType }) }];
  await open.store.move(id, { to: "done", attempt, files, filesMissing: 0 });
  await open.call("GET", "/api/jobs");
  return `/files/${key}/${encodeURIComponent(basename(path))}`;
};

const saved = (name: string, content: string | Uint8Array): string => {
  const path = join(place.saveFolder, name);
  writeFileSync(path, content);
  return path;
};

describe("a file of a job", () => {
  test("is sent whole and in parts", async () => {
    const url = job.files[0]!.url!;
    const bytes = readFileSync(join(place.saveFolder, job.files[0]!.name));
    const whole = await get(url);
    expect(whole.bytes.equals(bytes)).toBe(true);
    expect(whole.headers).toMatchObject({ "content-type": "audio/mpeg", "accept-ranges": "bytes" });
    const part = await get(url, { range: "bytes=10-19" });
    expect(part.status).toBe(206);
    expect(part.headers["content-range"]).toBe(`bytes 10-19/${bytes.length}`);
    expect(part.bytes.equals(bytes.subarray(10, 20))).toBe(true);
    expect((await get(url, { range: `bytes=${bytes.length}-` })).status).toBe(416);
  });

  test.skipIf(!existsSync("/proc/self/fd"))(
    "is closed after it was sent, whole, in part or not at all",
    async () => {
      const url = job.files[0]!.url!;
      await Promise.all([get(url), get(url, { range: "bytes=0-9" }), get(url, { range: "bytes=99999-" })]);
      const listOpen = (): string[] =>
        readdirSync("/proc/self/fd").flatMap((name) => {
          try {
            const target = readlinkSync(join("/proc/self/fd", name));
            return target.startsWith(realpathSync(place.saveFolder)) ? [target] : [];
          } catch {
            return [];
          }
        });
      await vi.waitUntil(() => listOpen().length === 0, { interval: 20, timeout: 20_000 });
    },
  );

  test("runs nothing when it is opened by itself", async () => {
    const { headers } = await get(job.files[0]!.url!);
    expect(headers["content-security-policy"]).toBe("sandbox; default-src 'none'");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["cross-origin-resource-policy"]).toBe("same-origin");
  });

  test("is not sent to a page of another site, which could show it", async () => {
    const { status } = await get(job.files[0]!.url!, { "sec-fetch-site": "cross-site" });
    expect(status).toBe(403);
  });

  test.for(["page.html", "page.htm", "picture.svg", "program.js", "style.css", "data.xml", "noname"])(
    "that is called %s is sent as a download that no browser opens",
    async (name) => {
      const path = saved(name, "<script>alert(1)</script>");
      const url = await recordFile(`hostile-${name.replace(".", "-")}`, path, "text/html");
      const { status, headers } = await get(url);
      expect({ status, type: headers["content-type"] }).toEqual({
        status: 200,
        type: "application/octet-stream",
      });
      expect(headers["content-disposition"]).toBe("attachment");
    },
  );

  test("that is a page with the name of a picture stays a picture that cannot be shown", async () => {
    const url = await recordFile("page-as-png", saved("page.png", "<script>alert(1)</script>"), "text/html");
    const { headers } = await get(url);
    expect(headers).toMatchObject({ "content-type": "image/png", "x-content-type-options": "nosniff" });
  });

  test("that lies outside the folder is named and not sent", async () => {
    const secret = join(place.folder, "secret.png");
    writeFileSync(secret, "secret");
    const url = await recordFile("outside-job", secret);
    expect((await get(url)).status).toBe(404);
    const { json } = await open.call("GET", "/api/jobs/outside-job");
    expect(json.record.files).toEqual([{ name: "secret.png", type: "image/png", thumb: false }]);
    const reveal = await open.call("POST", "/api/jobs/outside-job/reveal", {});
    expect(reveal.status).toBe(404);
    expect(open.revealed).toEqual([]);
    const allowed = await place.open({ allowDirectories: [place.folder] });
    expect((await allowed.call("GET", "/api/jobs/outside-job")).json.record.files[0].url).toBe(url);
    await allowed.close();
  });

  test("that is a link to the outside is not sent", async () => {
    const secret = join(place.folder, "linked.png");
    writeFileSync(secret, "secret");
    const link = join(place.saveFolder, "link.png");
    symlinkSync(secret, link);
    expect((await get(await recordFile("linked-job", link))).status).toBe(404);
  });

  test("that is in a folder beside one with a longer name is not sent", async () => {
    const beside = `${place.saveFolder}-other`;
    mkdirSync(beside);
    writeFileSync(join(beside, "x.png"), "x");
    expect((await get(await recordFile("beside-job", join(beside, "x.png")))).status).toBe(404);
  });

  test.for([
    "..%2fstate%2fjobs.jsonl",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/jobs.jsonl",
    "..%5cjobs.jsonl",
    "%2fetc%2fpasswd",
    "jobs.jsonl%00.mp3",
    ".",
    "..",
    "constructor",
    "",
  ])("is found by its name only, never as the path %j", async (name) => {
    expect([400, 404]).toContain((await get(`/files/with-a-sound/${name}`)).status);
    expect([400, 404]).toContain((await get(`/inputs/${name}`)).status);
    expect([400, 404]).toContain((await get(`/thumbs/with-a-sound/${name}`)).status);
  });

  test("is shown in the program for files", async () => {
    await open.call("POST", "/api/jobs/with-a-sound/reveal", {});
    expect(open.revealed).toEqual([join(place.saveFolder, job.files[0]!.name)]);
  });

  test("stays when its job is removed from the record, and goes on a person's word", async () => {
    for (const key of ["removed-job", "removed-files"]) {
      await open.call("POST", "/api/jobs", order(key));
      await open.until(key, ({ files }) => files.length > 0);
    }
    // The lock of a save goes a moment after its files are on record.
    const listKept = () => readdirSync(place.saveFolder).filter((name) => !name.endsWith(".lock"));
    const before = listKept().length;
    await open.call("DELETE", "/api/jobs/removed-job");
    expect(listKept()).toHaveLength(before);
    await open.call("DELETE", "/api/jobs/removed-files?files=yes");
    expect(listKept()).toHaveLength(before - 2);
    const { json } = await open.call("GET", "/api/jobs?limit=100");
    const keys = json.records.map(({ key }: StudioJob) => key);
    expect(keys).not.toContain("removed-job");
    expect(keys).not.toContain("removed-files");
    expect(keys.filter((key: string) => key.startsWith("~m"))).toEqual([]);
  });

  test("that is missing is fetched again", async () => {
    await open.call("POST", "/api/jobs", order("lost-file"));
    const isOver = ({ state, status }: StudioJob) => state === "done" && status === undefined;
    const { files } = await open.until("lost-file", isOver);
    rmSync(join(place.saveFolder, files[0]!.name));
    const { json } = await open.call("GET", "/api/jobs/lost-file");
    expect(json.record.files[0]).not.toHaveProperty("url");
    await open.call("POST", "/api/jobs/lost-file/fetch", {});
    await open.until("lost-file", (one) => one.files[0]?.url !== undefined);
  });
});

/** A PNG of one colour. */
const makePng = (width: number, height: number): Buffer => {
  const chunk = (name: string, data: Buffer): Buffer => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(data.length);
    return Buffer.concat([size, Buffer.from(name, "latin1"), data, Buffer.alloc(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(Buffer.alloc(height * (1 + 3 * width)))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
};

describe("a file that the page gives", () => {
  test("is told by its bytes, kept over restarts, and sent with the job", async () => {
    const png = makePng(640, 360);
    const { json } = await open.call("POST", "/api/files?name=frame.exe", png);
    expect(json).toMatchObject({ type: "image/png", bytes: png.length, width: 640, height: 360 });
    expect(json.file).toMatch(/^studio-file:[0-9a-f]{64}\.png$/);
    const other = await place.open();
    const input = { prompt: "A gentle breeze.", first_frame_image_url: json.file };
    const key = `job-with-a-file`;
    expect((await other.call("POST", "/api/jobs", { key, model: pictureModel, input })).status).toBe(202);
    const done = await other.until(key, ({ state }) => state === "done");
    await other.close();
    expect(done.input).toEqual(input);
    const sent = place.emulator.jobs.find(({ model }) => model === pictureModel)!;
    expect(sent.input["first_frame_image_url"]).toBe(`data:image/png;base64,${png.toString("base64")}`);
    expect(JSON.stringify(readFileSync(place.recordPath, "utf8"))).not.toContain("base64");
    const preview = await get(`/inputs/${json.file.slice("studio-file:".length)}`);
    expect(readSignature(preview.bytes)?.extension).toBe("png");
  });

  test("that breaks a rule of the field is told at the field", async () => {
    const { json: given } = await open.call("POST", "/api/files", makePng(20, 20));
    const input = { prompt: "x", first_frame_image_url: given.file };
    const { json } = await open.call("POST", "/api/check", { model: pictureModel, input });
    expect(json.issues).toContainEqual({
      path: "/first_frame_image_url",
      message: expect.stringContaining("20 pixels"),
    });
  });

  test("that is gone is told at the field", async () => {
    const input = { prompt: "x", first_frame_image_url: `studio-file:${"0".repeat(64)}.png` };
    const { json } = await open.call("POST", "/api/check", { model: pictureModel, input });
    expect(json.issues).toEqual([
      { path: "/first_frame_image_url", message: "the file is gone; add it again" },
    ]);
  });

  test.for(["<!doctype html>", "#!/bin/sh\nrm -rf /", "", "%PDF-1.7"])("is refused as %j", async (text) => {
    const { status } = await open.call("POST", "/api/files", Buffer.from(text));
    expect(status).toBe(415);
  });
});

test("a path of this machine is read from allowed folders only", async () => {
  const inputs = join(place.folder, "inputs");
  mkdirSync(inputs);
  writeFileSync(join(inputs, "frame.png"), makePng(640, 360));
  writeFileSync(join(place.folder, "private.png"), makePng(640, 360));
  const check = async (studio: OpenStudio, value: string) => {
    const input = { prompt: "x", first_frame_image_url: value };
    const { json } = await studio.call("POST", "/api/check", { model: pictureModel, input });
    return json.issues.map(({ path }: { readonly path: string }) => path);
  };
  expect(await check(open, "frame.png")).toEqual(["/first_frame_image_url"]);
  const allowed = await place.open({ allowDirectories: [inputs] });
  expect(await check(allowed, "frame.png")).toEqual([]);
  expect(await check(allowed, "../private.png")).toEqual(["/first_frame_image_url"]);
  expect(await check(allowed, "/etc/passwd")).toEqual(["/first_frame_image_url"]);
  await allowed.close();
});

describe("a small picture", () => {
  const put = (path: string, body: Uint8Array, headers: Readonly<Record<string, string>> = {}) =>
    open.send({
      ...{ method: "PUT", path, body },
      headers: { cookie: open.cookie, "x-studio-key": open.pageKey, ...headers },
    });

  test("is kept once for each file", async () => {
    const name = encodeURIComponent(job.files[0]!.name);
    expect((await get(`/thumbs/with-a-sound/${name}`)).status).toBe(404);
    expect((await put(`/thumbs/with-a-sound/${name}`, makePng(32, 18))).status).toBe(200);
    expect((await get(`/thumbs/with-a-sound/${name}`)).headers["content-type"]).toBe("image/png");
    const { json } = await open.call("GET", "/api/jobs/with-a-sound");
    expect(json.record.files[0].thumb).toBe(true);
  });

  test("is refused for an unknown file, without the key of the page, as a page, and as a large file", async () => {
    const name = encodeURIComponent(job.files[0]!.name);
    expect((await put("/thumbs/with-a-sound/other.mp3", makePng(32, 18))).status).toBe(404);
    expect((await put(`/thumbs/with-a-sound/${name}`, makePng(32, 18), { "x-studio-key": "" })).status).toBe(
      401,
    );
    expect((await put(`/thumbs/with-a-sound/${name}`, Buffer.from("<html>"))).status).toBe(415);
    expect((await put(`/thumbs/with-a-sound/${name}`, Buffer.alloc(200_001))).status).toBe(413);
  });
});

test("a manifest of the folder is in the gallery without a record", async () => {
  saved("copied.png", makePng(8, 8));
  const file = {
    name: "copied.png",
    bytes: 1,
    sha256: "0",
    url: "https://example.com",
    from: [],
    warnings: [],
  };
  const facts = {
    requestId: "copied-job",
    model: audioModel,
    createdAt: "2026-01-02T03:04:05",
    input: { tags: "from another machine" },
    files: [
      { ...file, contentType: "image/png" },
      { ...file, name: "../state/jobs.jsonl" },
    ],
  };
  saved("copied-job.json", JSON.stringify(facts));
  const { json } = await open.call("GET", "/api/jobs?text=another+machine");
  expect(json.records).toMatchObject([{ job: "copied-job", state: "done", files: [{ name: "copied.png" }] }]);
  expect((await get(json.records[0].files[0].url)).status).toBe(200);
  expect((await open.call("GET", "/api/jobs?text=copied-job+copied.png")).json.total).toBe(1);
  appendFileSync(join(place.saveFolder, "not-a-manifest.json"), "{");
});
