import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

/** What a tool of this project prints when it ends with a failure; nothing when it does not. */
const complaints = async (script: string, ...words: readonly string[]): Promise<string> => {
  try {
    await promisify(execFile)(process.execPath, [join(root, "node_modules", script), ...words], {
      cwd: root,
      maxBuffer: 2 ** 26,
      env: { ...process.env, NO_COLOR: "1" },
    });
    return "";
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return stdout + stderr || String(error);
  }
};

// All at once on few cores, beside other tests: each takes long, and none of them counts.
describe.concurrent("the house", () => {
  // Version 5.9 takes four times as long: typedoc checks the sources with it below, and the tests of the package what is published.
  test.for([
    ["compiles", "tsconfig.json"],
    ["holds no Node in what pages load", "tsconfig.portable.json"],
    ["holds no Node in the studio's page", "studio/tsconfig.json"],
  ] as const)("%s", async ([, project]) => {
    expect(await complaints("typescript7/bin/tsc", "-p", project)).toBe("");
  });

  test("gives the linter nothing to say, promises that nobody awaits among it", async () => {
    expect(await complaints("oxlint/bin/oxlint", "--type-aware", "--deny-warnings")).toBe("");
  });

  test("is formatted", async () => {
    expect(await complaints("oxfmt/bin/oxfmt", "--check")).toBe("");
  });

  test("documents every public name, and typedoc has no warning", async () => {
    expect(await complaints("typedoc/bin/typedoc", "--emit", "none", "--logLevel", "Warn")).toBe("");
  });

  test("has no dependency, file or export that nothing uses", async () => {
    expect(await complaints("knip/bin/knip.js", "--no-progress")).toBe("");
  });
});

test("a tool that is not there does not pass for one that is content", async () => {
  expect(await complaints("no-such-tool/bin")).toContain("no-such-tool");
});
