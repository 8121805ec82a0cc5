import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, describe, expect, test, vi } from "vitest";
import { defineDiff } from "../../../codegen/commands/diff-command.js";
import { diffSpecs, isReached } from "../../../codegen/diff/spec-diff.js";
import { stepOf } from "../../../codegen/diff/comparison.js";
import { describeComparison, printJson } from "../../../codegen/diff/diff-report.js";
import { makeFolder, specOf, writeFiles } from "../generate/temporary.js";
import type { Files } from "../generate/temporary.js";

const size = { type: "string", enum: ["1K", "2K"] };
const old: Files = {
  "a/breaks.json": specOf({ size }),
  "a/gone.json": specOf(),
  "a/grows.json": specOf({ size }),
  "a/same.json": specOf(),
  "a/words.json": specOf({ size: { ...size, description: "One." } }),
  "api.json": { openapi: "3.1.0" },
};
const now: Files = {
  "a/breaks.json": specOf({ size: { ...size, enum: ["2K"] } }),
  "a/grows.json": specOf({ size: { ...size, enum: ["1K", "2K", "4K"] } }),
  "a/new.json": specOf(),
  "a/same.json": JSON.stringify(specOf()),
  "a/words.json": specOf({ size: { ...size, description: "Two." } }),
  "spec.schema.json": {},
};

const git = (folder: string, ...args: string[]) =>
  execFileSync(
    "git",
    ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false", ...args],
    {
      cwd: folder,
      stdio: "pipe",
      encoding: "utf8",
    },
  );
/** A repository whose `deep/specs` was committed with these files, the way a clone has it. */
const makeRepository = (files: Files = old) => {
  const repository = makeFolder();
  git(repository, "init", "-q", "-b", "main");
  writeFiles(join(repository, "deep/specs"), files);
  git(repository, "add", ".");
  git(repository, "commit", "-q", "-m", "one");
  return { repository, specs: join(repository, "deep/specs") };
};
const replace = (specs: string, files: Files) => {
  rmSync(specs, { recursive: true, force: true });
  writeFiles(specs, files);
};
const states = (comparison: ReturnType<typeof diffSpecs>) =>
  comparison.models.map(({ id, state, kind }) => `${id} ${state} ${kind}`);
const expected = [
  "a/breaks changed breaking",
  "a/gone removed breaking",
  "a/grows changed compatible",
  "a/new added compatible",
  "a/words changed wording",
];

describe("what is compared", () => {
  test("two folders", () => {
    expect(states(diffSpecs({ from: makeFolder(old), to: makeFolder(now), specs: "nowhere" }))).toEqual(
      expected,
    );
  });

  test("the last commit with the files on disk, when nothing is said", () => {
    const { specs } = makeRepository();
    expect(diffSpecs({ specs }).models).toEqual([]);
    replace(specs, now);
    expect(states(diffSpecs({ specs }))).toEqual(expected);
  });

  test("two commits, by branch, tag, hash and what git makes of them", () => {
    const { repository, specs } = makeRepository();
    git(repository, "tag", "v1");
    replace(specs, now);
    git(repository, "add", ".");
    git(repository, "commit", "-q", "-m", "two");
    const hash = git(repository, "rev-parse", "HEAD~1").trim();
    for (const from of ["v1", hash, hash.slice(0, 10), "main~1", "HEAD^"])
      expect(states(diffSpecs({ from, to: "main", specs }))).toEqual(expected);
    expect(states(diffSpecs({ from: "v1", specs }))).toEqual(expected);
    expect(diffSpecs({ from: "main", specs }).models).toEqual([]);
  });

  test("a folder that a commit did not have yet, or that is gone, has no specs", () => {
    const { repository, specs } = makeRepository();
    expect(diffSpecs({ from: "HEAD", to: "HEAD", specs: join(repository, "other") }).models).toEqual([]);
    rmSync(join(repository, "deep"), { recursive: true });
    expect(diffSpecs({ from: "HEAD", to: makeFolder(old), specs }).models).toEqual([]);
    expect(() => diffSpecs({ specs })).toThrow("There is no folder");
  });

  test("names with spaces, quotes and letters of any script", () => {
    const odd = { 'a b/it\'s "é" 图.json': specOf({ size }) };
    const { specs } = makeRepository(odd);
    expect(diffSpecs({ specs }).models).toEqual([]);
    replace(specs, {});
    mkdirSync(specs, { recursive: true });
    expect(states(diffSpecs({ specs }))).toEqual(['a b/it\'s "é" 图 removed breaking']);
  });

  test("whole numbers beyond 2^53 are compared exactly", () => {
    const spec = (maximum: string) => ({
      "a/b.json": `{"input":{"properties":{"seed":{"maximum":${maximum}}}}}`,
    });
    const from = makeFolder(spec("18446744073709551615"));
    expect(diffSpecs({ from, to: makeFolder(spec("18446744073709551615")), specs: "" }).kind).toBeUndefined();
    expect(diffSpecs({ from, to: makeFolder(spec("18446744073709551614")), specs: "" }).kind).toBe(
      "breaking",
    );
  });

  test("what only sync remembers is no change", () => {
    const with_ = (catalogue: object) => ({
      "a/b.json": specOf(undefined, { catalogue: { kind: "model", ...catalogue } }),
    });
    const from = makeFolder(with_({ input_seen: "a-b" }));
    expect(diffSpecs({ from, to: makeFolder(with_({ input_schema: {} })), specs: "" }).models).toEqual([]);
  });
});

describe("what cannot be compared is said plainly", () => {
  test("outside git", () => {
    expect(() => diffSpecs({ specs: makeFolder(old) })).toThrow(/is in no git repository .*Give two folders/);
  });

  test("in a repository without a commit", () => {
    const folder = makeFolder(old);
    git(folder, "init", "-q");
    expect(() => diffSpecs({ specs: folder })).toThrow("no commit yet");
  });

  test.each(["no-such-branch", "--output=stolen", "-n", "HEAD:deep/specs", "$(touch stolen)"])(
    "%s, which is no commit",
    (from) => {
      const { repository, specs } = makeRepository();
      expect(() => diffSpecs({ from, specs })).toThrow(/is neither a folder nor a commit, branch or tag/);
      expect(git(repository, "status", "--porcelain")).toBe("");
    },
  );

  test.each(["./nowhere", "../nowhere", "/nowhere", "nowhere/"])("%s, which is no folder", (from) => {
    expect(() => diffSpecs({ from, specs: "." })).toThrow(`There is no folder ${JSON.stringify(from)}`);
  });

  test("a file that is no JSON, while the others are compared", () => {
    const comparison = diffSpecs({
      from: makeFolder(old),
      to: makeFolder({ ...now, "a/breaks.json": "{ broken" }),
      specs: "",
    });
    expect(states(comparison)).toEqual(expected.slice(1));
    expect(comparison.unreadable).toMatchObject([{ id: "a/breaks" }]);
  });
});

describe("how it is told", () => {
  const compare = () => ({
    ...diffSpecs({ from: makeFolder(old), to: makeFolder(now), specs: "" }),
    from: "Monday",
    to: "today",
  });

  test("the verdict first, then the models, the gravest first", () => {
    expect(describeComparison(compare()).join("\n")).toBe(
      `5 models changed from Monday to today: 2 breaking, 2 compatible, 1 wording.
Next version: major (minor while the version is 0.x).

breaking   changed a/breaks
  breaking  /input/properties/size/enum: no longer takes "1K"

breaking   removed a/gone

compatible changed a/grows
  compatible  /input/properties/size/enum: takes "4K" too

compatible added a/new

wording    changed a/words
  wording  /input/properties/size/description: description changed from "One." to "Two."`,
    );
  });

  test("nothing is said in one line", () => {
    const comparison = { ...compare(), models: [], kind: undefined };
    expect(describeComparison(comparison)).toEqual([
      "No model changed from Monday to today. No new version is needed.",
    ]);
  });

  test("as one JSON document", () => {
    expect(JSON.parse(printJson(compare()))).toMatchObject({
      from: "Monday",
      to: "today",
      kind: "breaking",
      step: "major",
      stepWhile0x: "minor",
      models: [
        {
          id: "a/breaks",
          state: "changed",
          kind: "breaking",
          changes: [
            { pointer: "/input/properties/size/enum", kind: "breaking", message: 'no longer takes "1K"' },
          ],
        },
        {},
        {},
        {},
        {},
      ],
      unreadable: [],
    });
  });

  test.each([
    ["breaking", "major", "minor"],
    ["compatible", "minor", "patch"],
    ["wording", "patch", "patch"],
    [undefined, "none", "none"],
  ] as const)("%s changes ask for %s, or %s in 0.x", (kind, step, zeroStep) => {
    expect(stepOf(kind)).toEqual({ step, zeroStep });
  });

  test("a limit is reached by its own kind and graver ones", () => {
    const reaches = (kind: "breaking" | "compatible" | "wording" | undefined) =>
      (["breaking", "compatible", "wording", undefined] as const).map((limit) =>
        isReached({ ...compare(), kind }, limit),
      );
    expect(reaches("breaking")).toEqual([true, true, true, false]);
    expect(reaches("compatible")).toEqual([false, true, true, false]);
    expect(reaches("wording")).toEqual([false, false, true, false]);
    expect(reaches(undefined)).toEqual([false, false, false, false]);
  });
});

describe("runcomfy-codegen diff", () => {
  afterEach(() => {
    process.exitCode = undefined;
    vi.restoreAllMocks();
  });
  const run = async (...args: string[]) => {
    const out: string[] = [];
    vi.spyOn(process.stdout, "write").mockImplementation((text) => out.push(String(text)) > 0);
    vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const program = new Command().exitOverride();
    defineDiff(program.command("diff"));
    await program.parseAsync(["node", "x", "diff", ...args]);
    return { out: out.join(""), code: process.exitCode };
  };

  test("exits with 1 only where the limit is reached", async () => {
    const { specs } = makeRepository();
    expect((await run("--specs", specs, "--fail-on", "wording")).code).toBe(0);
    writeFileSync(join(specs, "a/new.json"), JSON.stringify(specOf()));
    expect((await run("--specs", specs)).code).toBe(0);
    expect((await run("--specs", specs, "--fail-on", "breaking")).code).toBe(0);
    expect((await run("--specs", specs, "--fail-on", "compatible")).code).toBe(1);
  });

  test("prints one document with --json, and text without", async () => {
    const { specs } = makeRepository();
    replace(specs, now);
    expect(JSON.parse((await run("--json", "--specs", specs)).out).models).toHaveLength(5);
    expect((await run("HEAD", specs, "--specs", specs)).out).toMatch(
      /^5 models changed from .*deep\/specs at HEAD to/,
    );
  });

  test("refuses a limit that does not exist", async () => {
    await expect(run("--fail-on", "everything")).rejects.toThrow(
      "Allowed choices are breaking, compatible, wording",
    );
  });
});
