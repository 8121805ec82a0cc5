import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { loadCatalogue } from "../../src/emulator/index.js";
import { canary, openStage, readJson } from "./command.js";
import type { Stage } from "./command.js";

const shipped = "kling/kling-3.0/standard/text-to-video";
const fresh = "acme/new/text-to-image";
const newModel = {
  id: fresh,
  title: "Acme New",
  categories: ["text-to-image"],
  price: { usd: 0.25, unit: "image" },
  input: {
    type: "object",
    properties: { prompt: { type: "string" }, style: { type: "string", enum: ["ink", "oil"] } },
    required: ["prompt"],
    additionalProperties: false,
  },
} as const;

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ models: [...loadCatalogue(), newModel] });
  mkdirSync(join(stage.folder, "specs/acme/tiny"), { recursive: true });
  cpSync("examples/own-specs/specs/acme/tiny", join(stage.folder, "specs/acme/tiny"), { recursive: true });
  stage.write(
    "specs/acme/bare.json",
    '{"type":"object","properties":{"text":{"type":"string"}},"required":["text"]}',
  );
  stage.write("specs/acme/broken.json", "{ nope");
  stage.write("specs/acme/odd.json", '{"input":{"properties":{"a":{"type":"strung"}}},"titel":"Odd"}');
});
afterAll(() => stage.close());

/** The requests for the live catalogue so far. */
const countReads = () =>
  stage.emulator.requests.filter(({ method, path }) => method === "GET" && path.startsWith("/v1/models"))
    .length;
const tiny = "acme/tiny/text-to-image";

describe("models of a folder of specs", () => {
  test("are listed, and a file that makes none is named and costs no other", async () => {
    const { stdout, stderr, code } = await stage.run(["models", "--specs", "specs"]);
    expect(code).toBe(0);
    expect(
      stdout
        .trim()
        .split("\n")
        .map((line) => line.split("\t")[0]),
    ).toEqual(["acme/bare", "acme/odd", tiny]);
    expect(stderr).toMatch(/^Warning: specs\/acme\/broken\.json: .+\n$/);
    expect(readJson(await stage.run(["models", "large", "--specs", "specs", "--json"]))).toEqual([]);
    expect(readJson(await stage.run(["models", "tiny image", "--specs", "specs", "--json"]))).toMatchObject([
      { id: tiny, makes: "image", title: "Tiny Text to Image" },
    ]);
  });

  test("are shown with a command that runs, and checked like shipped ones before anything is paid", async () => {
    const page = await stage.run(["model", tiny, "--specs", "specs"]);
    expect(page.stdout).toContain('size      small | large; default "small"');
    expect(page.stdout).toContain(`run ${tiny} \\\n      --specs specs \\\n      prompt=`);
    const before = stage.emulator.charged;
    const wrong = await stage.run([
      "run",
      tiny,
      "--specs",
      "specs",
      "--prompt",
      "A bicycle.",
      "--size",
      "huge",
    ]);
    expect(wrong).toMatchObject({ code: 65, stdout: "" });
    expect(wrong.stderr).toContain("size");
    expect(stage.emulator.charged).toBe(before);
    const odd = await stage.run(["model", "acme/odd", "--specs", "specs"]);
    expect(odd.stderr).toContain('/titel: The name "titel" is unknown here; is "title" meant?');
    expect(odd.stderr).toContain("/input/properties/a/type");
  });

  test("are offered by the emulator, and run there", async () => {
    const emulator = stage.start(["emulate", "--port", "0", "--specs", "specs"]);
    await emulator.saw(/Ctrl-C/);
    const url = /http:\S+/.exec(emulator.printed())![0];
    const env = { RUNCOMFY_BASE_URL: url, RUNCOMFY_TOKEN: "emulator-token" };
    const words = ["acme/bare", "--specs", "specs"];
    expect(await stage.run(["run", ...words, "--text", "A bicycle."], { env })).toMatchObject({ code: 0 });
    stage.write("rows.csv", "text\nA bicycle.\n");
    const batch = ["batch", "acme/bare", "rows.csv", "--specs", "specs", "--check"];
    expect(await stage.run(batch, { env })).toMatchObject({ code: 0 });
    const elsewhere = await stage.run(["run", shipped, "--prompt", "Rain."], { env });
    expect(elsewhere.code).toBe(65);
    emulator.child.kill("SIGINT");
    await emulator.ended;
  });

  test.each([
    [
      "a folder that is not there",
      ["models", "--specs", "nowhere"],
      66,
      /the folder "nowhere" of --specs.+ cannot be read from/,
    ],
    ["a file in place of the folder", ["models", "--specs", "rows.csv"], 66, /it is a file/],
    [
      "the file of the model itself",
      ["run", "acme/broken", "--specs", "specs"],
      65,
      /specs\/acme\/broken\.json: /,
    ],
    ["a mistyped id", ["model", "acme/bear", "--specs", "specs"], 65, /Did you mean:\n {2}acme\/bare/],
    [
      "a catalogue that is not there",
      ["models", "--catalogue", "nowhere.json"],
      66,
      /"nowhere.json" cannot be read/,
    ],
    [
      "a catalogue that is no JSON",
      ["models", "--catalogue", "specs/acme/broken.json"],
      65,
      /cannot be read: /,
    ],
    ["a catalogue without models", ["models", "--catalogue", "specs/acme/bare.json"], 65, /no list "models"/],
  ] as const)("%s is named", async (_what, words, code, said) => {
    stage.write("rows.csv", "text\nA bicycle.\n");
    const ending = await stage.run(words);
    expect(ending).toMatchObject({ code, stdout: "" });
    expect(ending.stderr).toMatch(said);
  });
});

describe("models of a generated catalogue", () => {
  const idsOf = async (file: string) =>
    (readJson(await stage.run(["models", "--json", "--catalogue", file])) as { id: string }[]).map(
      ({ id }) => id,
    );

  test("come from its JSON, and from that beside its TypeScript", async () => {
    const { models } = JSON.parse(readFileSync("generated/catalogue.json", "utf8")) as { models: object[] };
    mkdirSync(join(stage.folder, "out"), { recursive: true });
    stage.write("out/catalogue.json", JSON.stringify({ models: models.slice(0, 2) }));
    stage.write("out/catalogue.ts", "export {};");
    expect(await idsOf("out/catalogue.json")).toHaveLength(2);
    expect(await idsOf("out/catalogue.ts")).toEqual(await idsOf("out/catalogue.json"));
  });

  test("come from a compiled module, of all models or of one", async () => {
    stage.write(
      "one.mjs",
      `export const model = { id: "acme/one", input: ${JSON.stringify(newModel.input)} };`,
    );
    stage.write(
      "all.mjs",
      `export const entries = [{ id: "acme/one", title: "One", description: "", categories: ["x"] }];
       export const modules = { "acme/one": () => import("./one.mjs") };`,
    );
    expect(await idsOf("one.mjs")).toEqual(["acme/one"]);
    expect(await idsOf("all.mjs")).toEqual(["acme/one"]);
    const { stdout } = await stage.run(["model", "acme/one", "--catalogue", "all.mjs"]);
    expect(stdout).toContain("One.");
    expect(stdout).toContain("style     ink | oil");
  });
});

describe("the live catalogue", () => {
  const cache = () => join(stage.folder, ".cache/runcomfy-models");
  const cached = () => readdirSync(cache()).map((name) => join(cache(), name));
  beforeEach(() => {
    mkdirSync(cache(), { recursive: true });
    for (const file of cached()) writeFileSync(file, "torn {");
  });

  test("is read once a day, --refresh reads it anew, and its file is the user's alone without the token", async () => {
    const before = countReads();
    const first = await stage.run(["models", "acme", "--live"]);
    expect(first.stdout).toMatch(
      new RegExp(`^${fresh}\tAcme New\tfrom \\$0\\.25 per image, read on \\d{4}-\\d\\d-\\d\\d\n$`),
    );
    const reads = countReads() - before;
    expect(await stage.run(["models", "acme", "--live"])).toMatchObject({ stdout: first.stdout });
    expect(countReads() - before).toBe(reads);
    await stage.run(["models", "acme", "--refresh"]);
    expect(countReads() - before).toBe(2 * reads);
    for (const file of cached().filter((one) => readFileSync(one, "utf8") !== "torn {")) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readFileSync(file, "utf8")).not.toContain(canary);
    }
  });

  test("gives a model that the package does not know its page, its fields as flags, and its check", async () => {
    const { stdout } = await stage.run(["model", fresh]);
    expect(stdout).toContain("Price: from $0.25 per image, read on ");
    expect(stdout).toContain(`\nhttps://www.runcomfy.com/models/${fresh}`);
    expect(stdout).toContain("style     ink | oil");
    const before = { reads: countReads(), charged: stage.emulator.charged };
    expect(await stage.run(["run", fresh, "--prompt", "A bicycle.", "--style", "oil"])).toMatchObject({
      code: 0,
    });
    expect((await stage.run(["run", fresh, "--prompt", "A bicycle.", "--style", "tar"])).code).toBe(65);
    expect((await stage.run(["run", fresh, "--prompt", "A bicycle.", "--max-usd", "0.1"])).code).toBe(4);
    expect(countReads()).toBe(before.reads);
    expect(stage.emulator.charged).toBe(before.charged + 1);
  });

  test("gives the package's own models today's fields and price where --live asks for it", async () => {
    const before = countReads();
    await stage.run(["model", shipped]);
    expect(countReads()).toBe(before);
    const { stdout } = await stage.run(["model", shipped, "--live"]);
    expect(stdout).toContain("per second, read on ");
    expect(countReads()).toBe(before + 1);
    const run = await stage.run(["run", shipped, "--live", "--prompt", "Rain.", "--duration", "5000"]);
    expect(run.code).toBe(65);
    expect(countReads()).toBe(before + 1);
  });

  test("of another address, or of another layout, is read anew", async () => {
    await stage.run(["model", fresh]);
    const [file] = cached().filter((one) => readFileSync(one, "utf8") !== "torn {");
    const kept = JSON.parse(readFileSync(file!, "utf8")) as object;
    for (const change of [
      { origin: "https://elsewhere.example" },
      { format: 99 },
      { readAt: "2020-01-01T00:00:00Z" },
    ]) {
      writeFileSync(file!, JSON.stringify({ ...kept, ...change }));
      const before = countReads();
      expect(await stage.run(["model", fresh])).toMatchObject({ code: 0 });
      expect(countReads()).toBe(before + 1);
    }
  });

  test("that cannot be reached leaves shipped models as they are, and an older entry is used and named", async () => {
    await stage.run(["model", fresh]);
    const env = { RUNCOMFY_BASE_URL: "http://127.0.0.1:9" };
    expect(await stage.run(["model", shipped], { env })).toMatchObject({ code: 0, stderr: "" });
    const live = await stage.run(["model", shipped, "--live"], { env });
    expect(live).toMatchObject({ code: 0 });
    expect(live.stderr).toContain("This is what the package has.");
    const unknown = await stage.run(["model", "acme/elsewhere"], { env });
    expect(unknown).toMatchObject({ code: 65, stdout: "" });
    expect(unknown.stderr).toMatch(
      /^Warning: the live catalogue could not be asked: .+\nError: There is no model/,
    );
    stage.emulator.faults.add({ route: "entry", reset: "before", times: 10 });
    const stale = await stage.run(["model", fresh, "--refresh"]);
    stage.emulator.faults.clear();
    expect(stale).toMatchObject({ code: 0 });
    expect(stale.stderr).toMatch(/The entry of \d{4}-\d\d-\d\d \d\d:\d\d UTC is used/);
  });

  test("is completed from what was read, without a request", async () => {
    await stage.run(["models", "--live"]);
    const before = countReads();
    const complete = async (...words: string[]) =>
      (await stage.run(["complete", "--", ...words])).stdout.trim().split("\n");
    expect(await complete("run", "acme/n")).toEqual([fresh]);
    expect(await complete("run", fresh, "--st")).toEqual(["--style"]);
    expect(await complete("run", fresh, "--style", "")).toEqual(["ink", "oil"]);
    expect(await complete("run", "--specs", "specs", "acme/b")).toEqual(["acme/bare"]);
    expect(await complete("run", "acme/bare", "--specs", "specs", "--te")).toEqual(["--text"]);
    expect(countReads()).toBe(before);
  });
});
