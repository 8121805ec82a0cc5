import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConfigError } from "../../../src/index.js";
import {
  checkMedia,
  findAssets,
  findToken,
  judgeUrl,
  mediaCheck,
  requireMedia,
  save,
} from "../../../src/node/index.js";

const model = { id: "a/b", input: { type: "object", properties: {}, additionalProperties: false } } as const;
const result = { output: { image: "https://media.runcomfy.net/a.png" }, requestId: "req-1" };

async function refusalOf(act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error("nothing was refused");
}

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "options-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe("save", () => {
  test.each([
    ["maxByte", "maxBytes"],
    ["idle_ms", "idleMs"],
    ["onprogress", "onProgress"],
    ["folder", "directory"],
    ["dir", "directory"],
    ["overwrite", "force"],
    ["retries", "attempts"],
  ])("refuses %s and names %s, before anything is written", async (given, meant) => {
    const options = { directory: join(directory, "out"), [given]: 1 };
    expect(await refusalOf(() => save(result, options))).toBe(
      `save has no option "${given}". Did you mean "${meant}"?`,
    );
    expect(await readdir(directory)).toEqual([]);
  });

  test.each([
    ["concurrency", 0, "concurrency is 0. Give a whole number, 1 or more."],
    ["attempts", 1.5, "attempts is 1.5. Give a whole number, 1 or more."],
    ["idleMs", -1, "idleMs is -1. Give a number above 0."],
    ["maxBytes", Number.NaN, "maxBytes is NaN. Give a number above 0."],
    ["force", "yes", "force is of type string. Give true or false."],
    ["onFailure", "ignore", 'onFailure is of type string. Give "throw" or "report".'],
    ["signal", {}, "signal is of type object. Give the signal of an AbortController."],
    ["refresh", 1, "refresh is 1. Give a function."],
    ["hosts", "a.example.com", "hosts is of type string. Give a list of hosts"],
    ["hosts", ["https://a.example.com"], 'not "https://a.example.com".'],
    ["directory", "", "directory is of type string. Give the path of a directory."],
    ["directory", 7, "directory is 7. Give the path of a directory."],
    ["allowAddresses", ["198.18.0.0/33"], 'not "198.18.0.0/33"'],
    [
      "allowAddresses",
      "198.18.0.1",
      "allowAddresses is of type string. Give a list of IP addresses and ranges",
    ],
    ["maxWaitMs", 0, "maxWaitMs is 0. Give a number above 0."],
  ])("refuses %s: %j", async (name, value, message) => {
    const options = { directory: join(directory, "out"), [name]: value };
    expect(await refusalOf(() => save(result, options))).toContain(message);
    expect(await readdir(directory)).toEqual([]);
  });

  test("refuses to be called with a path in place of options", async () => {
    expect(await refusalOf(() => save(result, "out" as never))).toBe(
      "save takes an object of options, not string.",
    );
  });
});

describe("the checks of media", () => {
  test.each(["checkMedia", "requireMedia"] as const)("%s refuses an unknown option", async (name) => {
    const act = { checkMedia, requireMedia }[name];
    expect(await refusalOf(() => act(model, {}, { timeout: 5 } as never))).toBe(
      `${name} has no option "timeout". Did you mean "timeoutMs"?`,
    );
    expect(await refusalOf(() => act(model, {}, { timeoutMs: 0 }))).toContain("timeoutMs is 0");
  });

  test("mediaCheck refuses an unknown option when it is called, not when a job is submitted", () => {
    expect(() => mediaCheck({ allowLocalFile: true } as never)).toThrow(
      'mediaCheck has no option "allowLocalFile". Did you mean "allowLocalFiles"?',
    );
  });

  test("mediaCheck obeys its own signal beside that of the call", async () => {
    const check = mediaCheck({ signal: AbortSignal.abort(new Error("own")) });
    await expect(check(model, {}, { signal: new AbortController().signal })).rejects.toThrow("own");
    const other = mediaCheck({ signal: new AbortController().signal });
    await expect(other(model, {}, { signal: AbortSignal.abort(new Error("call")) })).rejects.toThrow("call");
  });
});

test("findToken refuses an unknown place", async () => {
  expect(await refusalOf(() => findToken({ environment: {} } as never))).toBe(
    'findToken has no option "environment". Did you mean "env"?',
  );
});

test("judgeUrl and findAssets refuse an unknown rule", async () => {
  const url = "https://media.runcomfy.net/a.png";
  const wrong = { host: ["a.example.com"] } as never;
  expect(() => judgeUrl(url, wrong)).toThrow('judgeUrl has no option "host". Did you mean "hosts"?');
  expect(() => findAssets("done", wrong)).toThrow('findAssets has no option "host". Did you mean "hosts"?');
  expect(() => judgeUrl(url, { allowLocalhost: "no" } as never)).toThrow(ConfigError);
});
