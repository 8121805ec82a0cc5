import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Stage, canary, openStage, readJson } from "./command.js";

const kling = "kling/kling-3.0/standard/text-to-video";
const seedance = "bytedance/seedance-v1.5-pro/image-to-video";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  stage.write("taken", "a file");
});
afterAll(() => stage.close());

interface Failure {
  readonly words: readonly string[];
  readonly code: number;
  readonly said: RegExp;
  readonly env?: { readonly [name: string]: string | undefined };
  readonly stdin?: string;
}

/** What people do wrong, how the command ends then, and what it says. */
const failures: { readonly [name: string]: Failure } = {
  "no command": { words: [], code: 64, said: /^Usage: runcomfy-models/ },
  "a command that is not": {
    words: ["modles"],
    code: 64,
    said: /unknown command 'modles'\n\(Did you mean models\?\)/,
  },
  "an option that is not": {
    words: ["balance", "--jsn"],
    code: 64,
    said: /unknown option '--jsn'\n\(Did you mean --json\?\)/,
  },
  "no model": { words: ["run"], code: 64, said: /missing required argument 'id'/ },
  "a field before the model": {
    words: ["run", "--prompt", "x"],
    code: 64,
    said: /The model's id comes first/,
  },
  "a text without quotes": {
    words: ["run", kling, "--prompt", "Rain", "falls"],
    code: 64,
    said: /"falls" is neither .* Quote values/,
  },
  "a flag without a value": { words: ["run", kling, "--prompt"], code: 64, said: /--prompt needs a value/ },
  "a timeout that is no number": {
    words: ["run", kling, "--prompt", "x", "--timeout", "soon"],
    code: 64,
    said: /--timeout takes seconds/,
  },
  "an amount that is no number": {
    words: ["run", kling, "--prompt", "x", "--max-usd", "lots"],
    code: 64,
    said: /--max-usd takes an amount/,
  },
  "an assumed amount that is no number": {
    words: ["run", kling, "--prompt", "x", "--max-usd", "1", "--assume-usd", "-1"],
    code: 64,
    said: /--assume-usd takes an amount/,
  },
  "a price over the cap": {
    words: ["run", kling, "--prompt", "x", "--max-usd", "1", "--assume-usd", "2"],
    code: 4,
    said: /costs about \$2 \(--assume-usd\), more than --max-usd 1/,
  },
  "a price that nobody knows and a cap": {
    words: ["submit", kling, "--prompt", "x", "--max-usd", "1"],
    code: 4,
    said: /the price is not known|only a starting price/,
  },
  "a place to save that is none": {
    words: ["run", kling, "--prompt", "x", "--save", "taken"],
    code: 73,
    said: /^Error: Nothing was started: the folder "taken" of --save, which is "\/.*\/taken" from here, cannot be written to: it is a file, or lies below one; name a folder\.\n$/,
  },
  "an address that is none": {
    words: ["balance", "--base-url", "nowhere"],
    code: 64,
    said: /not an http address/,
  },
  "a shell without completion": { words: ["completion", "cmd"], code: 64, said: /bash, zsh and fish/ },
  "an emulator option of an earlier version": {
    words: ["emulate", "--spelling", "observed"],
    code: 64,
    said: /has no option --spelling\. Did you mean --wire-format\?/,
  },
  "another emulator option of an earlier version, without its value": {
    words: ["emulate", "--oddities"],
    code: 64,
    said: /has no option --oddities\. Did you mean --quirks\?/,
  },
  "a mistyped model": {
    words: ["run", "kling/kling-3.0/standard/text-to-vido", "--prompt", "x"],
    code: 65,
    said: /Did you mean:\n {2}kling/,
  },
  "a mistyped field": {
    words: ["run", "wan-ai/wan-2.7/text-to-video", "--promt", "x"],
    code: 65,
    said: /Did you mean --prompt\?/,
  },
  "a database that refuses the connection": {
    words: ["work", "--queue", "postgres://me@127.0.0.1:1/x"],
    code: 69,
    said: /does not answer: .*:1\. Nothing was sent\. Check its address/,
  },
  "a missing field": { words: ["run", kling], code: 65, said: /prompt.*required/ },
  "a value that is not on the list": {
    words: [
      "run",
      seedance,
      "--prompt",
      "x",
      "--first_frame_image_url",
      "https://example.com/a.png",
      "--duration",
      "13",
    ],
    code: 65,
    said: /duration.*13 is not one of/,
  },
  "a file that is not there as an image": {
    words: ["run", seedance, "--prompt", "x", "--first_frame_image_url", "./a.png"],
    code: 66,
    said: /Nothing was sent: an input file is missing/,
  },
  "input that is no JSON": {
    words: ["run", kling, "--input", "-"],
    stdin: "{",
    code: 65,
    said: /Standard input is not JSON/,
  },
  "input that is no object": {
    words: ["run", kling, "--input", "-"],
    stdin: "[]",
    code: 65,
    said: /must hold one JSON object/,
  },
  "a request that is not": { words: ["status", "no-such-request"], code: 65, said: /404/ },
  "an input file that is not": {
    words: ["run", kling, "--input", "missing.json"],
    code: 66,
    said: /The input file "missing\.json" cannot be read/,
  },
  "a service that is not there": {
    words: ["balance"],
    env: { RUNCOMFY_BASE_URL: "http://127.0.0.1:1" },
    code: 69,
    said: /127\.0\.0\.1:1/,
  },
  "no token": {
    words: ["balance"],
    env: { RUNCOMFY_TOKEN: undefined },
    code: 77,
    said: /export RUNCOMFY_TOKEN=/,
  },
  "a token that is refused": {
    words: ["balance"],
    env: { RUNCOMFY_TOKEN: "another-token" },
    code: 77,
    said: /token/,
  },
  "a token as an argument": {
    words: ["run", kling, "--token", canary],
    code: 64,
    said: /never taken from the command line/,
  },
  "a token as an argument, differently": {
    words: ["balance", `--api-key=${canary}`],
    code: 64,
    said: /Set RUNCOMFY_TOKEN instead/,
  },
  "a token as an argument, with an underscore": {
    words: ["balance", `--api_key=${canary}`],
    code: 64,
    said: /Set RUNCOMFY_TOKEN instead/,
  },
};

describe("the exit code, the words for people and the document for programs", () => {
  test.concurrent.for(Object.entries(failures))("with %s", async ([, { words, code, said, ...options }]) => {
    const before = stage.emulator.jobs.length;
    const [plain, json] = await Promise.all([
      stage.run(words, options),
      words.length === 0 ? undefined : stage.run([...words, "--json"], options),
    ]);
    expect(plain.stderr).toMatch(said);
    expect({ code: plain.code, stdout: plain.stdout }).toEqual({ code, stdout: "" });
    expect(stage.emulator.jobs).toHaveLength(before);
    if (json === undefined) return;
    expect(json.code).toBe(code);
    expect(readJson(json)).toMatchObject({ error: { exitCode: code, message: expect.stringMatching(/./) } });
  });

  test("a job that takes longer than --timeout ends with 75 and goes on", async () => {
    const slow = await openStage({ queueMs: 3_600_000 });
    try {
      const { code, stderr } = await slow.run(["run", kling, "--prompt", "x", "--timeout", "0.2"]);
      expect(code).toBe(75);
      expect(stderr).toContain(slow.emulator.jobs[0]!.id);
      expect(slow.emulator.charged).toBe(1);
    } finally {
      await slow.close();
    }
  });

  test("a job that fails ends with 5, a balance that is too low with 4, a submit that nobody can judge with 3", async () => {
    const failing = await openStage({ outcome: () => ({ error: "the prompt is not allowed" }) });
    const poor = await openStage({ balanceUsd: 0 });
    try {
      const failed = await failing.run(["run", kling, "--prompt", "x", "--json"]);
      expect(failed.code).toBe(5);
      expect(readJson(failed)).toMatchObject({ error: { code: "job_failed" } });
      const byId = await failing.run(["wait", failing.emulator.jobs[0]!.id]);
      expect(byId.stderr).toContain("failed: the prompt is not allowed");
      expect(byId.stderr).not.toContain("unnamed/model");
      expect(await poor.run(["run", kling, "--prompt", "x"])).toMatchObject({ code: 4 });
      failing.emulator.faults.add({ route: "submit", reset: "after" });
      const unclear = await failing.run(["submit", kling, "--prompt", "x"]);
      expect(unclear).toMatchObject({ code: 3, stdout: "" });
      expect(unclear.stderr).toContain("was not sent again");
    } finally {
      await Promise.all([failing.close(), poor.close()]);
    }
  });

  test("too many requests end with 75", async () => {
    stage.emulator.faults.add({ route: "balance", status: 429, retryAfter: 3600, times: "always" });
    expect(await stage.run(["balance"])).toMatchObject({ code: 75 });
    stage.emulator.faults.clear();
  });
});
