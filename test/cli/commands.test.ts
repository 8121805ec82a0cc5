import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { list } from "../../src/catalogue/shipped.js";
import { type Stage, bin, canary, openStage, readJson } from "./command.js";

const kling = "kling/kling-3.0/standard/text-to-video";
const seedance = "bytedance/seedance-v1.5-pro/image-to-video";
const image = "https://example.com/a.png";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const lastInput = () => stage.emulator.jobs.at(-1)?.input;

describe("models", () => {
  test("piped, is an id, a title and the known price a line", async () => {
    const { code, stdout, stderr } = await stage.run(["models"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => line.split("\t"));
    expect(lines.map(([id, title]) => [id, title])).toEqual(list().map(({ id, title }) => [id, title]));
    const priced = list().filter(({ price }) => price?.usd !== undefined);
    expect(lines.flatMap(([id, , price]) => (price === undefined ? [] : [id]))).toEqual(
      priced.map(({ id }) => id),
    );
    expect(stdout).toMatch(/\t\$[\d.]+ per \w+, read on \d{4}-\d\d-\d\d\n/);
  });

  test("takes words in any order, and gives one JSON document", async () => {
    const found = readJson(await stage.run(["models", "video", "kling", "--json"])) as { id: string }[];
    expect(found.length).toBeGreaterThan(1);
    expect(found.every(({ id }) => id.startsWith("kling/"))).toBe(true);
  });

  test("are told apart by what they take and make", async () => {
    const idsOf = async (...args: string[]) =>
      (readJson(await stage.run(["models", ...args, "--json"])) as { id: string }[]).map(({ id }) => id);
    const found = await idsOf("--from", "image", "--to", "video");
    expect(found).toContain(seedance);
    expect(found).not.toContain(kling);
    expect(await idsOf("--from", "text", "--to", "video")).toContain(kling);
    const makers = list().filter(({ makes }) => makes === "audio");
    expect(await idsOf("--to", "audio")).toEqual(makers.map(({ id }) => id));
    expect(await idsOf("--category", "text-to-video", "--kind", "model", "kling")).toContain(kling);
    const wrong = await stage.run(["models", "--to", "smell"]);
    expect(wrong).toMatchObject({ code: 64, stdout: "" });
    expect(wrong.stderr).toContain("--to must be one of: image, video, audio");
    expect(await stage.run(["models", "--kind", "spell"])).toMatchObject({ code: 64, stdout: "" });
  });

  test("that fit nothing are an empty list, not an error, for people and for programs", async () => {
    const none = await stage.run(["models", "zzz"]);
    expect(none).toMatchObject({ code: 0, stdout: "" });
    expect(none.stderr).toMatch(/^No model fits the words "zzz"\. /);
    const listed = await stage.run(["models", "zzz", "--json"]);
    expect(readJson(listed)).toEqual([]);
    expect(listed).toMatchObject({ code: 0, stderr: none.stderr });
    const mistyped = await stage.run(["models", "--category", "image-to-vidoe"]);
    expect(mistyped).toMatchObject({ code: 0, stdout: "" });
    expect(mistyped.stderr).toContain('Did you mean the category "image-to-video"');
  });
});

describe("model", () => {
  test("shows every field with its type, limits and default, and an example that runs", async () => {
    const { stdout, code } = await stage.run(["model", kling]);
    expect(code).toBe(0);
    const { modules } = await import("../../generated/catalogue.js");
    const { model } = await modules[kling]();
    for (const name of Object.keys(model.input.properties)) expect(stdout).toContain(`\n${name}`);
    const example = stdout.slice(stdout.indexOf("Example:\n") + "Example:\n".length);
    const { code: ran } = await stage.run(
      ["-c", example.replace("runcomfy-models", '"$0" "$1"'), process.execPath, bin],
      {
        program: ["bash"],
      },
    );
    expect(ran).toBe(0);
  });

  test("gives the whole entry as JSON", async () => {
    expect(readJson(await stage.run(["model", seedance, "--json"]))).toMatchObject({
      id: seedance,
      input: { type: "object", required: ["prompt", "first_frame_image_url"] },
    });
  });

  test("with a mistyped id names the ones that may be meant", async () => {
    const { code, stderr } = await stage.run(["model", "kling/kling-3.0/standard/text-to-vdeo"]);
    expect(code).toBe(65);
    expect(stderr).toMatch(new RegExp(`Did you mean:\\n  ${kling}`));
  });
});

describe("run", () => {
  test("turns flags into the types of their fields", async () => {
    const words = ["--prompt", "-5 degrees", "--duration", "5", "--cfg_scale", ".5", "--no-sound"];
    const { code } = await stage.run(["submit", kling, ...words]);
    expect(code).toBe(0);
    expect(lastInput()).toEqual({ prompt: "-5 degrees", duration: 5, cfg_scale: 0.5, sound: false });
  });

  test("takes name=value, and values that look like flags or numbers", async () => {
    const { code } = await stage.run([
      "submit",
      "acestep-ai/ace-step-1.5/text-to-audio",
      "tags=90",
      "--seed",
      "-1",
      "--lyrics=--loud",
    ]);
    expect(code).toBe(0);
    expect(lastInput()).toEqual({ tags: "90", seed: -1, lyrics: "--loud" });
  });

  test("makes a list of a repeated flag, and takes a list as JSON", async () => {
    const id = "google/nano-banana-2-lite/edit";
    await stage.run(["submit", id, "--prompt", "x", "--image_urls", image, "--image_urls", `${image}?2`]);
    expect(lastInput()).toEqual({ prompt: "x", image_urls: [image, `${image}?2`] });
    await stage.run(["submit", id, "prompt=x", `image_urls=["${image}"]`]);
    expect(lastInput()).toEqual({ prompt: "x", image_urls: [image] });
  });

  test("knows a boolean that stands alone, with a value, and with no-", async () => {
    const words = [
      "--prompt",
      "x",
      "--first_frame_image_url",
      image,
      "--camera_fixed",
      "--no-generate_audio",
    ];
    await stage.run(["submit", seedance, ...words]);
    expect(lastInput()).toMatchObject({ camera_fixed: true, generate_audio: false });
    await stage.run(["submit", seedance, ...words.slice(0, 4), "--camera_fixed", "false"]);
    expect(lastInput()).toMatchObject({ camera_fixed: false });
  });

  test("reads the input from a file and from standard input; fields beside it win", async () => {
    const file = stage.write("input.json", '\uFEFF{"prompt":"from the file","duration":5}');
    await stage.run(["submit", kling, "--input", file, "--prompt", "from the flag"]);
    expect(lastInput()).toEqual({ prompt: "from the flag", duration: 5 });
    await stage.run(["submit", kling, "--input", "-"], { stdin: '{"prompt":"piped"}' });
    expect(lastInput()).toEqual({ prompt: "piped" });
  });

  test("without --save prints the output on standard output, and how to save it beside it", async () => {
    const { stdout, stderr, code } = await stage.run(["run", kling, "--prompt", "x"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ video: expect.stringMatching(/^http/) });
    expect(stderr).toContain(
      `runcomfy-models save ${stage.emulator.jobs.at(-1)!.id} --model ${kling} --save .`,
    );
  });

  test("with --save prints the paths alone, and the files are there with a manifest", async () => {
    const { stdout, code } = await stage.run(["run", kling, "--prompt", "x", "--save", "made here"]);
    expect(code).toBe(0);
    const path = stdout.trim();
    expect(readFileSync(path).length).toBeGreaterThan(100);
    expect(readdirSync(join(stage.folder, "made here")).some((name) => name.endsWith(".json"))).toBe(true);
    for (const name of readdirSync(join(stage.folder, "made here")))
      expect(readFileSync(join(stage.folder, "made here", name), "latin1")).not.toContain(canary);
  });

  test("with --json gives one document, progress and all else on the other stream", async () => {
    const ending = await stage.run(["run", kling, "--prompt", "x", "--save", "json", "--json"]);
    expect(readJson(ending)).toMatchObject({
      requestId: stage.emulator.jobs.at(-1)!.id,
      model: kling,
      output: { video: expect.any(String) },
      files: [
        {
          path: expect.any(String),
          bytes: expect.any(Number),
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      ],
    });
    expect(ending.stderr).toContain("is accepted");
  });

  test("with --no-wait prints the request id alone", async () => {
    const { stdout } = await stage.run(["run", kling, "--prompt", "x", "--no-wait"]);
    expect(stdout).toBe(`${stage.emulator.jobs.at(-1)!.id}\n`);
  });

  test("piped, shows each state once, on a line without control characters", async () => {
    const { stderr } = await stage.run(["run", kling, "--prompt", "x"]);
    expect(stderr).toMatch(/^Job \S+ is accepted\.\n/);
    expect(stderr).toMatch(/^completed, \d+ s$/m);
    // oxlint-disable-next-line no-control-regex
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  });

  test("checks and converts the fields of a model that only the live catalogue has", async () => {
    const input = {
      type: "object",
      properties: { prompt: { type: "string" }, duration: { type: "integer", maximum: 10 } },
      required: ["prompt"],
      additionalProperties: false,
    } as const;
    const price = { usd: 0.1, unit: "second" } as const;
    const own = await openStage({ models: [{ id: "new/live/model", input, price }] });
    try {
      const run = (...fields: string[]) => own.run(["run", "new/live/model", "--prompt", "x", ...fields]);
      expect(await run("--duration", "99")).toMatchObject({ code: 65 });
      expect((await run("--durations", "5")).stderr).toContain("Did you mean --duration?");
      expect(await run("--duration", "5", "--max-usd", "0.4")).toMatchObject({ code: 4 });
      expect(own.emulator.charged).toBe(0);
      const { code, stderr } = await run("--duration", "5");
      expect({ code, input: own.emulator.jobs[0]?.input }).toEqual({
        code: 0,
        input: { prompt: "x", duration: 5 },
      });
      expect(stderr).not.toContain("unchecked");
    } finally {
      await own.close();
    }
  });

  test("runs a model whose schema nobody publishes, and says that it is unchecked", async () => {
    const own = await openStage({
      models: [{ id: "new/model", input: { type: "object", properties: {}, additionalProperties: true } }],
    });
    try {
      const { code, stderr } = await own.run(["run", "new/model", "--anything", "5", "list=[1]"]);
      expect({ code, input: own.emulator.jobs[0]?.input }).toEqual({
        code: 0,
        input: { anything: 5, list: [1] },
      });
      expect(stderr).toContain("sent unchecked");
    } finally {
      await own.close();
    }
  });
});

describe("a job of another process", () => {
  const submit = async (): Promise<string> =>
    (await stage.run(["submit", kling, "--prompt", "x"])).stdout.trim();

  test("is submitted, looked at, waited for, shown and saved by its request id", async () => {
    const id = await submit();
    expect(id).toBe(stage.emulator.jobs.at(-1)!.id);
    expect((await stage.run(["wait", id])).code).toBe(0);
    expect(await stage.run(["status", id])).toMatchObject({ code: 0, stdout: "completed\n" });
    expect(readJson(await stage.run(["status", id, "--json"]))).toMatchObject({ status: "completed" });
    expect(readJson(await stage.run(["result", id, "--json"]))).toMatchObject({ requestId: id });
    const { stdout } = await stage.run(["save", id, "--save", "again"]);
    expect(readFileSync(stdout.trim()).length).toBeGreaterThan(100);
  });

  test("is not saved twice: the files are there, --force replaces them", async () => {
    const id = await submit();
    const first = await stage.run(["save", id, "--save", "twice"]);
    const again = await stage.run(["save", id, "--save", "twice", "--force"]);
    expect(again).toMatchObject({ code: 0, stdout: first.stdout });
  });
});

describe("a queued job", () => {
  test("is cancelled; one that has ended is not, and the exit code tells", async () => {
    const slow = await openStage({ queueMs: 3_600_000 });
    try {
      const id = (await slow.run(["submit", kling, "--prompt", "x"])).stdout.trim();
      expect(await slow.run(["result", id])).toMatchObject({
        code: 75,
        stderr: expect.stringContaining("wait"),
      });
      expect(await slow.run(["cancel", id])).toMatchObject({ code: 0, stdout: "cancelled\n" });
      expect(slow.emulator.charged).toBe(0);
      expect(await slow.run(["wait", id])).toMatchObject({ code: 6 });
    } finally {
      await slow.close();
    }
    const ended = stage.emulator.jobs[0]!.id;
    expect(await stage.run(["cancel", ended])).toMatchObject({ code: 1, stdout: "not_cancellable\n" });
    expect(readJson(await stage.run(["cancel", ended, "--json"]))).toMatchObject({
      outcome: "not_cancellable",
    });
  });
});

describe("balance and doctor", () => {
  test("balance is an amount, or a document", async () => {
    expect((await stage.run(["balance"])).stdout).toMatch(/^\$\d+(\.\d+)?\n$/);
    expect(readJson(await stage.run(["balance", "--json"]))).toMatchObject({ currency: "USD" });
  });

  test("doctor tells where the token is from and that the service takes it, never the token", async () => {
    const { code, stdout } = await stage.run(["doctor"]);
    expect(code).toBe(0);
    expect(stdout).toContain(`from RUNCOMFY_TOKEN, ${canary.length} characters`);
    expect(stdout).toMatch(/^ok {3}answer {5}/m);
  });

  test("a hint can be pasted by whoever came through npx, and by whoever did not", async () => {
    const noToken = { RUNCOMFY_TOKEN: undefined };
    const installed = await stage.run(["balance"], { env: noToken });
    expect(installed.stderr).toContain("  runcomfy-models emulate");
    const viaNpx = await stage.run(["balance"], { env: { ...noToken, npm_command: "exec" } });
    expect(viaNpx.stderr).toContain("  npx runcomfy-models emulate");
  });

  test.concurrent.each([
    "http://TOKEN@127.0.0.1:1",
    "http://127.0.0.1:1/?k=TOKEN",
    "http://127.0.0.1:1/TOKEN",
  ])("doctor hides a token that stands in the address %s", async (address) => {
    const token = "rc_planted_0123456789";
    const env = { RUNCOMFY_TOKEN: token, RUNCOMFY_BASE_URL: address.replace("TOKEN", token) };
    // Each run waits a while between its attempts.
    const runs = [["doctor"], ["doctor", "--json"]].map((words) => stage.run(words, { env }));
    for (const { stdout, stderr } of await Promise.all(runs)) {
      expect(stdout).toContain("http://127.0.0.1:1");
      expect(stdout + stderr).not.toContain(token);
    }
  });

  test.each([
    ["--base-url", ["--base-url", "http://example.com"], {}, "http://example.com: --base-url is not https"],
    ["RUNCOMFY_BASE_URL", [], { RUNCOMFY_BASE_URL: "x" }, "RUNCOMFY_BASE_URL is not an http address"],
  ])("an unusable %s ends with 64, is named, and no request is sent", async (_source, words, env, said) => {
    const doctor = await stage.run(["doctor", ...words], { env });
    expect({ code: doctor.code, failed: doctor.stdout.match(/^FAIL .*/gm) }).toEqual({
      code: 64,
      failed: [expect.stringContaining(said)],
    });
    const balance = await stage.run(["balance", ...words], { env });
    expect(balance).toMatchObject({ code: 64, stderr: expect.stringContaining(said.split(": ").at(-1)!) });
  });

  test("doctor without a token ends with 77 and says which variable to set", async () => {
    const { code, stdout } = await stage.run(["doctor"], { env: { RUNCOMFY_TOKEN: undefined } });
    expect({ code, stdout }).toEqual({
      code: 77,
      stdout: expect.stringMatching(/^FAIL token .*RUNCOMFY_TOKEN/m),
    });
  });

  test("doctor with a token that the service refuses ends with 77, as one document with --json", async () => {
    const ending = await stage.run(["doctor", "--json"], { env: { RUNCOMFY_TOKEN: "wrong-one" } });
    expect(ending.code).toBe(77);
    expect(readJson(ending)).toMatchObject({ ok: false });
    expect(ending.stdout).not.toContain("wrong-one");
  });
});

test("the version is the package's", async () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  for (const flag of ["-V", "--version"]) expect((await stage.run([flag])).stdout).toBe(`${version}\n`);
});

test("every command has a help with examples that fits 80 columns, on standard output", async () => {
  const { stdout } = await stage.run(["--help"]);
  const commands = stdout.slice(stdout.indexOf("Commands:"), stdout.indexOf("Examples:"));
  const names = [...commands.matchAll(/^ {2}([a-z]+) /gm)]
    .map((match) => match[1]!)
    .filter((name) => !/^(?:runcomfy|help)/.test(name));
  expect(names).toHaveLength(18);
  for (const words of [[], ...names.map((name) => [name])]) {
    const { code, stdout: help, stderr } = await stage.run([...words, "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(help).toContain("Examples:");
    expect(help.split("\n").filter((line) => line.length > 80)).toEqual([]);
  }
});
