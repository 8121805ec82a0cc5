import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatUsd } from "../../src/cli/terminal/money.js";
import { type Stage, bin, openStage } from "./command.js";

const kling = "kling/kling-3.0/standard/text-to-video";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ balanceUsd: 99.5 });
  stage.write("rows.csv", "key,prompt\na,Rain\n");
  stage.write("taken.csv", "key,prompt\na,Rain\n");
  mkdirSync(join(stage.folder, "taken.jobs.jsonl"));
});
afterAll(() => stage.close());

test.for([
  { words: ["run"], code: 64, told: "(runcomfy-models run --help tells more)" },
  { words: ["jobs", "accept", "x"], code: 64, told: "(runcomfy-models jobs accept --help tells more)" },
  { words: ["jobs", "abc"], code: 64, told: "runcomfy-models status abc" },
  {
    words: ["run", kling, "--input", "none.json"],
    code: 66,
    told: '"none.json" cannot be read: there is no such file; check',
  },
  {
    words: ["run", kling, "--input", "."],
    code: 66,
    told: '"." cannot be read: it is a folder; name a file.',
  },
  {
    words: ["again", "none.json"],
    code: 66,
    told: '"none.json" cannot be read: there is no such file; check',
  },
  {
    words: ["batch", kling, "none.csv"],
    code: 66,
    told: "none.csv cannot be read: there is no such file; check",
  },
  { words: ["batch", kling, "rows.csv/x.csv"], code: 66, told: "a part of its path is a file" },
  {
    words: ["batch", kling, "taken.csv", "--yes"],
    code: 1,
    told: "taken.jobs.jsonl is no regular file, so it cannot keep a record. Give another path.",
  },
  { words: ["models", "--catalogue", "none.json"], code: 66, told: "there is no such file; check the path." },
  {
    words: ["run", kling, "--prompt", "x", "--hosts", "a b", "--save", "."],
    code: 64,
    told: '--hosts takes hosts such as "media.example.com" or "*.example.com", with commas. Given: "a b".',
  },
  {
    words: ["run", kling, "--prompt", "x", "--allow-address", "home", "--save", "."],
    code: 64,
    told: '--allow-address takes IP addresses and ranges such as "198.18.0.0/15", with commas. Given: "home".',
  },
])("$words ends with $code, and says what is wrong and what to do", async ({ words, code, told }) => {
  const { stderr, ...ending } = await stage.run(words);
  expect(ending).toMatchObject({ code, stdout: "" });
  expect(stderr).toMatch(told);
});

test("rows of standard input are called so", async () => {
  expect((await stage.run(["batch", kling, "-", "--check"])).stderr).toBe(
    "Standard input has no rows. Nothing was sent.\n",
  );
});

test("amounts have two digits, and more where they need them", async () => {
  expect([0, 0.5, 0.1 + 0.05, 12, 0.0003, 0.112].map(formatUsd)).toEqual([
    "$0.00",
    "$0.50",
    "$0.15",
    "$12.00",
    "$0.0003",
    "$0.112",
  ]);
  expect((await stage.run(["balance"])).stdout).toBe("$99.50\n");
});

test("again leaves no file open for Node to warn of", async () => {
  await stage.run(["submit", kling, "--prompt", "x", "--key", "first"]);
  const collect = "data:text/javascript,function collect(){gc();setImmediate(collect).unref()}collect()";
  const program = [process.execPath, "--expose-gc", "--import", collect, bin];
  const { code, stderr } = await stage.run(["again", "first", "--no-wait"], { program });
  expect(code).toBe(0);
  expect(stderr).not.toContain("garbage collection");
});
