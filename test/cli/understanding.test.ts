import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStage, readJson } from "./command.js";
import type { Stage } from "./command.js";

const kling = "kling/kling-3.0/standard/text-to-video";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const newestJob = () => stage.emulator.jobs.at(-1)!;

describe("an address of the service that ends in /v1", () => {
  test.each(["/v1", "/v1/", "//v1"])("is understood: %s", async (end) => {
    const env = { RUNCOMFY_BASE_URL: `${stage.emulator.url}${end}` };
    const words = ["run", kling, "--prompt", "x", "--save", "v1"];
    expect(await stage.run(words, { env })).toMatchObject({ code: 0 });
    expect((await stage.run(["balance", "--base-url", `${stage.emulator.url}${end}`])).stdout).toMatch(/^\$/);
  });
});

describe("a flag with a slip in its name", () => {
  // This model takes any field, documented or not.
  const open = "kling/kling-video-o3/standard/text-to-video";
  const isOpen = true;
  test.each([
    ["--maxusd", "--max-usd", open, isOpen],
    ["--max_usd", "--max-usd", open, isOpen],
    ["--maxUSD=0.01", "--max-usd", open, isOpen],
    ["--max-uds", "--max-usd", open, isOpen],
    ["--assumeusd", "--assume-usd", open, isOpen],
    ["--maxusd", "--max-usd", "wan-ai/wan-2.7/text-to-video", !isOpen],
  ])("is not sent as a field: %s is %s, to %s", async (flag, meant, model, takesAny) => {
    const before = stage.emulator.jobs.length;
    const { code, stderr } = await stage.run(["submit", model, "--prompt", "x", flag, "0.01"]);
    expect({ code, sent: stage.emulator.jobs.length - before }).toEqual({ code: 64, sent: 0 });
    const [name] = flag.split("=");
    expect(stderr).toContain(`There is no option ${name}. Did you mean ${meant}?`);
    expect(stderr.includes(`${name!.slice(2)}=VALUE`)).toBe(takesAny);
  });

  test.each([
    ["--save", open, isOpen],
    ["--timeout", open, isOpen],
    ["--save", "wan-ai/wan-2.7/text-to-video", !isOpen],
  ])("and an option of another command is not sent, either: %s, to %s", async (flag, model, takesAny) => {
    const before = stage.emulator.jobs.length;
    const { code, stderr } = await stage.run(["submit", model, "--prompt", "x", flag, "9"]);
    expect({ code, sent: stage.emulator.jobs.length - before }).toEqual({ code: 64, sent: 0 });
    expect(stderr).toContain(`${flag} is an option of the commands run and wait`);
    expect(stderr.includes(`${flag.slice(2)}=VALUE`)).toBe(takesAny);
  });

  test("is a field where it is written as one", async () => {
    expect(await stage.run(["submit", open, "prompt=x", "maxusd=7", "--steps", "20"])).toMatchObject({
      code: 0,
    });
    expect(newestJob().input).toEqual({ prompt: "x", maxusd: expect.anything(), steps: expect.anything() });
  });
});

describe("an input file", () => {
  const text = '{"prompt":"Süße Träume 🌧"}';
  const swap = (bytes: Buffer) => Buffer.from(bytes).swap16();
  const wide = Buffer.from(text, "utf16le");
  const files: { readonly [name: string]: Buffer } = {
    "UTF-16 with a byte order mark, as PowerShell writes it": Buffer.from(`\uFEFF${text}`, "utf16le"),
    "UTF-16 of the other byte order": swap(Buffer.from(`\uFEFF${text}`, "utf16le")),
    "UTF-16 without a mark": wide,
    "UTF-16 of the other byte order, without a mark": swap(wide),
    "UTF-8 with a mark": Buffer.from(`\uFEFF${text}`),
  };
  test.for(Object.entries(files))("in %s is read", async ([, bytes]) => {
    writeFileSync(join(stage.folder, "input.json"), bytes);
    expect(await stage.run(["submit", kling, "--input", "input.json"])).toMatchObject({ code: 0 });
    expect(newestJob().input).toEqual(JSON.parse(text));
  });

  test.for([
    ["Latin-1", Buffer.from('{"prompt":"Süße"}', "latin1"), /neither UTF-8 nor UTF-16; save it as UTF-8/],
    ["UTF-32", Buffer.from("\xff\xfe\0\0{\0\0\0", "latin1"), /UTF-32; save it as UTF-8/],
    ["UTF-16 that was cut", Buffer.from("\xff\xfe{\0\x3d\xd8", "latin1"), /damaged UTF-16LE/],
  ] as const)("in %s is named as such, and nothing is sent", async ([, bytes, said]) => {
    writeFileSync(join(stage.folder, "input.json"), bytes);
    const before = stage.emulator.jobs.length;
    const { code, stderr } = await stage.run(["submit", kling, "--input", "input.json"]);
    expect(code).toBe(65);
    expect(stderr).toMatch(said);
    expect(stage.emulator.jobs).toHaveLength(before);
  });
});

test("a wait for a mistyped id asks a few times and says once that there is no such job", async () => {
  const id = "00000000-aaaa-4bbb-8ccc-000000000000";
  const { code, stderr } = await stage.run(["wait", id]);
  expect(code).toBe(65);
  expect(stderr.trim().split("\n")).toEqual([expect.stringContaining(`${id}/status answered 404`)]);
  expect(stage.emulator.requests.filter(({ path }) => path.includes(id)).length).toBeLessThanOrEqual(5);
});

test("a job that some of the service's machines do not know yet is waited for", async () => {
  const id = (await stage.run(["submit", kling, "--prompt", "x"])).stdout.trim();
  stage.emulator.faults.add({ route: "status", requestId: id, status: 404, times: 2 });
  expect(await stage.run(["wait", id])).toMatchObject({ code: 0 });
});

test("a run without --save ends with the command that saves its files, with --json too", async () => {
  for (const flags of [[], ["--json"]]) {
    const { stderr } = await stage.run(["run", kling, "--prompt", "x", ...flags]);
    const way = `runcomfy-models save ${newestJob().id} --model ${kling} --save .`;
    expect(stderr.trim().split("\n").at(-1)).toContain(way);
    expect((await stage.run(way.split(" ").slice(1))).code).toBe(0);
  }
});

test("--hosts adds hosts that files are fetched from, and the way back keeps it", async () => {
  stage.emulator.faults.add({
    route: "result",
    patch: { output: { video: "https://cdn.example.net/a.mp4" } },
  });
  const hosts = "media.example.com, *.example.org";
  const words = ["run", kling, "--prompt", "x", "--save", "hosts", "--hosts", hosts];
  const { code, stderr } = await stage.run(words);
  expect(code).toBe(73);
  expect(stderr).toMatch(
    /cdn\.example\.net is not one of the allowed hosts \(.*media\.example\.com, \*\.example\.org\)/,
  );
  expect(stderr).toContain(`--save hosts --hosts '${hosts}'`);
});

test("--hosts that no host can fit is refused before anything is paid", async () => {
  const before = stage.emulator.jobs.length;
  const words = ["run", kling, "--prompt", "x", "--save", "hosts", "--hosts", "https://example.com/"];
  expect(await stage.run(words)).toMatchObject({ code: 64, stderr: expect.stringContaining("hosts") });
  expect(stage.emulator.jobs).toHaveLength(before);
});

test("--allow-address is checked before anything is paid, too", async () => {
  const before = stage.emulator.jobs.length;
  const words = ["run", kling, "--prompt", "x", "--save", "hosts", "--allow-address"];
  expect(await stage.run([...words, "198.18.0.0/33"])).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('Given: "198.18.0.0/33"'),
  });
  expect(stage.emulator.jobs).toHaveLength(before);
  const { code, stderr } = await stage.run([...words, "198.18.0.0/15, fc00::/18"]);
  expect(stderr).not.toContain("allow-address");
  expect(code).toBe(0);
});

test("models wan finds the models of wan-ai first", async () => {
  const found = readJson(await stage.run(["models", "wan", "--json"])) as {
    id: string;
    hasModule?: boolean;
  }[];
  // Ids without a schema come behind all models that the package has.
  const own = found.filter(({ id, hasModule = true }) => hasModule && id.startsWith("wan-ai/"));
  expect(own.length).toBeGreaterThan(1);
  expect(found.slice(0, own.length)).toEqual(own);
});
