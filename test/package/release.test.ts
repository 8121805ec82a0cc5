import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findObstacles } from "../../scripts/check-release.mjs";
import { readText, root, run } from "./packages.js";

describe("a release", () => {
  const good = {
    tag: "v1.2.3",
    versions: { "package.json": "1.2.3", "codegen/package.json": "1.2.3" },
    changelog: "# Changelog\n\n## [1.2.3] - 2027-01-02\n",
  };

  test("may go when tag, both manifests and the changelog agree", () => {
    expect(findObstacles(good)).toEqual([]);
  });

  test.for([
    ["a tag that is no version", { tag: "latest" }, /The tag must be v and a version/],
    ["no tag", { tag: undefined }, /Given: none/],
    [
      "a manifest of another version",
      { versions: { "package.json": "1.2.2" } },
      /package\.json says version 1\.2\.2/,
    ],
    [
      "a changelog without the version",
      { changelog: "## [1.2.2] - 2027-01-02" },
      /no section "## \[1\.2\.3\]/,
    ],
    ["a changelog without a date", { changelog: "## [1.2.3] - not yet released" }, /no date/],
  ] as const)("is stopped by %s", ([, change, said]) => {
    expect(findObstacles({ ...good, ...change }).join("\n")).toMatch(said);
  });

  test("is published with provenance, by a workflow that only a tag starts", () => {
    const workflow = readText(".github/workflows/release.yml");
    expect(workflow).toMatch(/^on:\n {2}push:\n {4}tags: /m);
    expect(workflow).toMatch(/^ {6}id-token: write$/m);
    const publishing = workflow.split("\n").filter((line) => line.includes("npm publish"));
    expect(publishing).toHaveLength(3);
    expect(publishing.filter((line) => !line.includes("--provenance"))).toEqual([]);
    expect(workflow.indexOf(".ci/run")).toBeLessThan(workflow.indexOf("npm publish"));
  });

  test("has a section of the changelog to fill", () => {
    expect(readText("CHANGELOG.md")).toMatch(/^## \[Unreleased\]$/m);
  });
});

// A clone is made of what git keeps; a copy of the sources without it cannot have releases.
describe.runIf(existsSync(join(root, ".git")))("the type tests of the last release", () => {
  let clone: string;
  const compare = () => run(process.execPath, ["scripts/previous-release.mjs"], clone);

  beforeAll(async () => {
    clone = mkdtempSync(join(tmpdir(), "runcomfy-release-"));
    const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
    const git = (...words: string[]) => run("git", [...identity, ...words], clone);
    await git("init", "-q");
    for (const path of ["package.json", "tsconfig.base.json", "scripts", "test/types/public"])
      cpSync(join(root, path), join(clone, path), { recursive: true });
    await git("add", "-A");
    await git("commit", "-qm", "First");
    for (const path of ["dist/src", "dist/generated"])
      cpSync(join(root, path), join(clone, path), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(clone, "node_modules"), "junction");
  });
  afterAll(() => rmSync(clone, { recursive: true, force: true }));

  test("are asked for only where there is a release", async () => {
    const { code, stdout } = await compare();
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("no release yet") });
  });

  test("compile against today's package, and stop a change that breaks them", async () => {
    const git = (...words: string[]) =>
      run("git", ["-c", "user.name=Test", "-c", "user.email=test@example.com", ...words], clone);
    const { version } = JSON.parse(readText("package.json")) as { version: string };
    await git("tag", `v${version.replace(/\d+$/, "99")}`);
    await git("commit", "-qm", "Second", "--allow-empty");
    expect((await compare()).stdout).toContain("compiles today");

    const index = join(clone, "dist/src/index.d.ts");
    const before = readFileSync(index, "utf8");
    writeFileSync(index, before.replace("checkInput", "checkInput as verifyInput"));
    const broken = await compare();
    expect(broken.code).toBe(1);
    expect(broken.stderr).toMatch(/no exported member.*checkInput/);
    expect(broken.stderr).toContain("undo it, or release it as a version that may break");

    writeFileSync(index, before);
    appendFileSync(index, "export declare const more: number;\n");
    expect((await compare()).code).toBe(0);
  });
});
