import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startEmulator } from "../../src/emulator/index.js";
import type { Emulator, EmulatorOptions } from "../../src/emulator/index.js";

const root = join(import.meta.dirname, "../..");
const home = process.cwd();
let emulator: Emulator;
let folder: string;

/** The emulator serves its files from this machine, which `save` refuses unless told. */
vi.mock("runcomfy-models/node", async (original) => {
  const real = await original<typeof import("../../src/node/index.js")>();
  const save: typeof real.save = (result, options) => real.save(result, { ...options, allowLocalhost: true });
  return { ...real, save };
});

const start = async (options: EmulatorOptions = {}): Promise<void> => {
  await emulator?.close();
  emulator = await startEmulator({ queueMs: 1, runMs: 1, requestId: (count) => `job-${count}`, ...options });
  vi.stubEnv("RUNCOMFY_BASE_URL", emulator.url);
  vi.stubEnv("RUNCOMFY_TOKEN", emulator.token);
};

beforeEach(async () => {
  mkdirSync(join(root, ".cache"), { recursive: true });
  folder = mkdtempSync(join(root, ".cache/example-"));
  process.chdir(folder);
  await start();
});

afterEach(async () => {
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = undefined;
  vi.unstubAllEnvs();
  await emulator.close();
});

/** Runs an example from its first line, as a process of its own would, and gives what it printed. */
const run = async (path: string): Promise<{ out: string; err: string; exports: Record<string, unknown> }> => {
  vi.resetModules();
  const said = { out: "", err: "" };
  const tell =
    (stream: "out" | "err") =>
    (...words: unknown[]) => {
      said[stream] +=
        `${words.map((word) => (typeof word === "string" ? word : JSON.stringify(word))).join(" ")}\n`;
    };
  const spies = [
    vi.spyOn(console, "log").mockImplementation(tell("out")),
    vi.spyOn(console, "error").mockImplementation(tell("err")),
  ];
  try {
    const exports = (await import(join(root, "examples", path))) as Record<string, unknown>;
    return { ...said, exports };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
};

/** The only charge of an example that makes one job. */
const expectOneJob = (): void => {
  expect(emulator.jobs).toHaveLength(1);
  expect(emulator.charged).toBe(1);
};

test("the AI SDK makes an image, and starts a video", async () => {
  const { out } = await run("ai-sdk.ts");
  expect(out).toBe(
    'job job-1\nimage/png\njob job-2\n{"jobs":[{"id":"job-2","model":"wan-ai/wan-2.7/text-to-video"}]}\n',
  );
  expect(emulator.charged).toBe(2);
});

test("quick start prints the video's address and its cost", async () => {
  const { out } = await run("quick-start.ts");
  expect(out).toMatch(/^http:\S+\.mp4\n[\d.]+ US dollars\n$/);
  expectOneJob();
  expect(emulator.jobs[0]!.input).toEqual({
    prompt: "Rain on a tin roof at night.",
    resolution: "720p",
    duration: 5,
  });
});

test("the job's life is told from its id to its result", async () => {
  await start({ queueMs: 60_000 });
  const looked = emulator.nextRequest(({ route }) => route === "status");
  void looked.then(() => setImmediate(() => emulator.finish("job-1")));
  const { out } = await run("job-life.ts");
  expect(out).toMatch(/^accepted job-1\nin_queue 0\n(?:in_progress \n)?completed \njob-1 http:\S+ [\d.]+\n$/);
  expectOneJob();
});

test("errors: a lost answer is told as perhaps paid, and sent once", async () => {
  emulator.faults.add({ route: "submit", reset: "after" });
  const { out, err } = await run("errors.ts");
  expect(out).toBe("");
  expect(err).toMatch(/Perhaps paid: check Generations on runcomfy\.com before you retry\.\n$/);
  expect(process.exitCode).toBe(1);
  expectOneJob();
});

test("errors: a failed job is told with the service's reason", async () => {
  await start({ outcome: () => ({ error: { message: "The prompt was refused." } }) });
  expect((await run("errors.ts")).err).toContain("The prompt was refused.");
});

test("once pays for two calls under one key once", async () => {
  expect((await run("once.ts")).out).toBe("true\n");
  expectOneJob();
});

test("attach sends a picture of this machine", async () => {
  copyFileSync(join(root, "test/fixtures/media/photo.jpg"), join(folder, "me.jpg"));
  vi.stubEnv("AWS_ACCESS_KEY_ID", "key");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  expect((await run("attach.ts")).out).toMatch(/http:/);
  expectOneJob();
  const { image_urls: pictures } = emulator.jobs[0]!.input as { image_urls: string[] };
  expect(pictures).toEqual([expect.stringMatching(/^data:image\/jpeg;base64,/)]);
});

test("save puts the video and its manifest into a folder", async () => {
  const { out } = await run("save.ts");
  const [video, manifest] = out.trim().split("\n");
  expect(video).toMatch(/videos\/\S+\.mp4 \d+ [0-9a-f]{64}$/);
  expect(readFileSync(manifest!, "utf8")).toContain("Rain on a tin roof.");
});

test("cancel tells a job that was still queued from one that runs", async () => {
  await start({ queueMs: 60_000 });
  expect((await run("cancel.ts")).out).toBe("cancelled in the queue, not billed\n");
  expect(emulator.charged).toBe(0);
});

test("a job is picked up by another process from what the first one stored", async () => {
  await run("reattach/submit.ts");
  expect(JSON.parse(readFileSync("job.json", "utf8"))).toEqual({
    id: "job-1",
    model: "wan-ai/wan-2.7/text-to-video",
  });
  const { out } = await run("reattach/resume.ts");
  expect(out).toMatch(/^http:\S+\.mp4\n$/);
  expectOneJob();
});

test("price refuses a job that may cost more than allowed, before it is sent", async () => {
  const { out } = await run("price.ts");
  expect(out).toContain('"usd":0.5,"bound":"atLeast","basis":"5 seconds at $0.1"');
  expect(out).toContain("costs about $0.9 (assumeUsd), more than maxUsd 0.8");
  expect(emulator.requests).toEqual([]);
});

test("the input check names every mistake, and the rules are there to read", async () => {
  const { out } = await run("input-check.ts");
  expect(out).toContain("/resolution ");
  expect(out).toContain('"1080p"');
  expect(out).toContain("first_frame_image_url");
  expect(out).toContain("3 issues");
  expect(out).toContain('["480p","720p","1080p"]');
  expect(emulator.requests).toEqual([]);
});

test("the media check stops a picture that is too small, and lets a good one pass", async () => {
  writeFileSync("first.png", png(200, 200));
  expect((await run("media-check.ts")).out).toMatch(/first_frame_image_url .*300/);
  expect(emulator.charged).toBe(0);
  writeFileSync("first.png", png(800, 600));
  expect((await run("media-check.ts")).out).toMatch(/^http:\S+\.mp4\n$/);
  expectOneJob();
});

test("the catalogue is searched, loaded and asked, and a model runs by its id alone", async () => {
  const { out } = await run("live-catalogue.ts");
  expect(out).toMatch(/^wan-ai\/wan-2\.7\/text-to-video /);
  expect(out).toContain('["prompt"]');
  expect(out).toMatch(/\n\d+ \S+\/\S+ 100\n/);
  expect(out).toContain("http://");
});

test("a batch pays for each row of the table once, also when it is run again", async () => {
  writeFileSync("prompts.csv", rows(3));
  const first = await run("batch.ts");
  expect(first.err).toBe("");
  expect(first.out).toMatch(/"done":3,.* 0\.15 US dollars\n$/);
  expect(readFileSync("prompts.results.csv", "utf8")).toContain("row-1,");
  await run("batch.ts");
  expect(emulator.charged).toBe(3);
});

test("the form's backend checks, submits, waits and shows, and its pages hold no token", async () => {
  await start({ queueMs: 0, runMs: 0 });
  const { exports } = await run("hono-form.ts");
  const { app } = exports as { app: { request(path: string, init?: RequestInit): Promise<Response> } };
  const page = await app.request("/");
  expect(await page.text()).toContain("<form");
  const send = (fields: Record<string, string>) =>
    app.request("/videos", { method: "POST", body: new URLSearchParams(fields) });
  expect((await send({})).status).toBe(400);
  expect(emulator.requests).toEqual([]);
  const sent = await send({ prompt: "Rain." });
  expect(sent.status).toBe(303);
  expect(sent.headers.get("location")).toBe("/videos/job-1");
  const shown = await (await app.request("/videos/job-1")).text();
  expect(shown).toMatch(/<video controls src="http:\S+\.mp4">/);
  expect(shown).not.toContain(emulator.token);
  expectOneJob();
});

test("a form with a file becomes a job, and one that does not fit costs nothing", async () => {
  const { exports } = await run("form-post.ts");
  const { POST } = exports as Record<"POST", (request: Request) => Promise<Response>>;
  const send = (duration: string) => {
    const body = new FormData();
    body.set("prompt", "A gentle breeze.");
    body.set("duration", duration);
    body.set(
      "first_frame_image_url",
      new File([new Uint8Array(png(640, 360))], "boat.png", { type: "image/png" }),
    );
    return POST(new Request("https://example.com/videos", { method: "POST", body }));
  };
  const refused = await send("long");
  expect(refused.status).toBe(422);
  expect(await refused.json()).toMatchObject({ issues: [{ field: "duration" }] });
  expect(emulator.requests).toEqual([]);
  expect(await (await send("5")).json()).toEqual({ id: "job-1" });
  expect(emulator.jobs[0]!.input).toMatchObject({ duration: 5 });
  expectOneJob();
});

test("the route hands out a job id, then its state, then its output", async () => {
  await start({ queueMs: 60_000 });
  const { exports } = await run("route-handler.ts");
  const { GET, POST } = exports as Record<"GET" | "POST", (request: Request) => Promise<Response>>;
  const address = "https://example.com/api/videos";
  const post = (body: unknown) => POST(new Request(address, { method: "POST", body: JSON.stringify(body) }));
  expect((await post({ prompt: 7 })).status).toBe(400);
  expect(emulator.requests).toEqual([]);
  const { id } = (await (await post({ prompt: "Rain." })).json()) as { id: string };
  const get = async () => (await GET(new Request(`${address}?id=${id}`))).json();
  expect(await get()).toEqual({ status: "in_queue" });
  emulator.finish(id);
  expect(await get()).toMatchObject({
    status: "completed",
    output: { video: expect.stringMatching(/^http/) },
  });
  expectOneJob();
});

test("an application is tested on the emulator, with faults, under a clock that stands still", async () => {
  await run("emulator-test.ts");
});

/** A CSV file with so many rows. */
const rows = (count: number): string =>
  ["key,prompt", ...Array.from({ length: count }, (_, at) => `row-${at + 1},"Rain, take ${at + 1}."`)].join(
    "\n",
  );

/** The head of a PNG file, which is all that measuring needs. */
const png = (width: number, height: number): Buffer => {
  const head = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width);
  size.writeUInt32BE(height, 4);
  return Buffer.concat([head, size, Buffer.from("080200000000000000", "hex")]);
};
