import { mkdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { generate, runGenerate } from "../../../codegen/generate/generation.js";
import type { GenerateReport } from "../../../codegen/generate/generate-report.js";
import { targets } from "../../../codegen/generate/target-list.js";
import type { Target } from "../../../codegen/targets/target.js";
import { makeFolder, readFiles, specOf, writeFiles } from "./temporary.js";
import type { Files } from "./temporary.js";

/** A target that is quick: the normalised model as JSON, where the models target writes TypeScript. */
const plain: Target = {
  name: "plain",
  emit: (api, { isCurrent, runtime }) =>
    new Map(
      api.models.map((model) => {
        const path = `models/${model.id}.ts`;
        return [path, isCurrent(path) ? "current" : `${JSON.stringify({ runtime, model })}\n`];
      }),
    ),
};

const setUp = (specs: Files, out: Files = {}) => {
  const root = makeFolder(
    Object.fromEntries([
      ...Object.entries(specs).map(([path, content]) => [`specs/${path}`, content]),
      ...Object.entries(out).map(([path, content]) => [`out/${path}`, content]),
    ]) as Files,
  );
  const folders = { specs: join(root, "specs"), out: join(root, "out"), targets: [plain] };
  return { root, ...folders, run: (more: object = {}) => generate({ ...folders, ...more }) };
};

const codesOf = ({ diagnostics }: GenerateReport): string[] => diagnostics.map(({ code }) => code);
const old = new Date("2020-01-01T00:00:00Z");

describe("a run", () => {
  test("writes a file for each spec and the list of them", async () => {
    const { out, run } = setUp({ "a/x.json": specOf(), "a/y.json": specOf() });
    expect((await run()).plan?.create).toEqual(["models/a/x.ts", "models/a/y.ts"]);
    expect(Object.keys(readFiles(out))).toEqual(["manifest.json", "models/a/x.ts", "models/a/y.ts"]);
  });

  test("leaves every file that is right as it is, the list too", async () => {
    const { out, run } = setUp({ "a/x.json": specOf(), "a/y.json": specOf() });
    await run();
    for (const path of Object.keys(readFiles(out))) utimesSync(join(out, path), old, old);
    expect((await run()).plan).toMatchObject({ create: [], update: [], delete: [] });
    for (const path of Object.keys(readFiles(out))) expect(statSync(join(out, path)).mtime).toEqual(old);
  });

  test("writes only what a changed spec touches, and deletes what a removed one made", async () => {
    const { specs, out, run } = setUp({ "a/x.json": specOf(), "a/y.json": specOf(), "b/z.json": specOf() });
    await run();
    utimesSync(join(out, "models/a/y.ts"), old, old);
    writeFiles(specs, { "a/x.json": specOf({ other: { type: "string" } }) });
    rmSync(join(specs, "b/z.json"));
    expect((await run()).plan).toMatchObject({ update: ["models/a/x.ts"], delete: ["models/b/z.ts"] });
    expect(Object.keys(readFiles(out))).toEqual(["manifest.json", "models/a/x.ts", "models/a/y.ts"]);
    expect(statSync(join(out, "models/a/y.ts")).mtime).toEqual(old);
    expect(() => statSync(join(out, "models/b"))).toThrow("ENOENT");
  });

  test("mends a generated file that was changed or removed", async () => {
    const { out, run } = setUp({ "a/x.json": specOf(), "a/y.json": specOf() });
    await run();
    const before = readFiles(out);
    writeFileSync(join(out, "models/a/x.ts"), "changed");
    rmSync(join(out, "models/a/y.ts"));
    expect((await run()).plan).toMatchObject({ create: ["models/a/y.ts"], update: ["models/a/x.ts"] });
    expect(readFiles(out)).toEqual(before);
  });

  test("makes everything again for another runtime", async () => {
    const { run } = setUp({ "a/x.json": specOf() });
    await run();
    expect((await run({ runtime: "other" })).plan?.update).toEqual(["models/a/x.ts"]);
  });

  test("gives the same bytes wherever it runs and in whatever order the files were made", async () => {
    const files = { "a/x.json": specOf(), "b/y.json": specOf(), "A-/z.json": specOf(), "é/q.json": specOf() };
    const one = setUp(files);
    const other = setUp(Object.fromEntries(Object.entries(files).toReversed()));
    await one.run();
    await other.run();
    expect(readFiles(other.out)).toEqual(readFiles(one.out));
  });

  test("says every time what is doubtful, also when nothing changed", async () => {
    const { run } = setUp({ "a/x.json": specOf({ size: { type: "matrix" } }) });
    expect(codesOf(await run())).toEqual(["unknown-type"]);
    expect(codesOf(await run())).toEqual(["unknown-type"]);
  });
});

describe("a run that remembers the last one", () => {
  const doubtful = specOf({ size: { type: "matrix" }, tiny: { type: "number", default: -0 } });
  const files = {
    "a/x.json": specOf({ "2": { type: "string" }, "1": { type: "string" } }),
    "a/y.json": doubtful,
    "b/z.json": specOf(
      {},
      { catalogue: { base_price_usd: 1, price_unit: "image", missing_since: "2026-01-02" } },
    ),
  };

  test("makes the same bytes as one that starts from nothing", async () => {
    const { root, specs, out, run } = setUp(files);
    await run({ targets });
    const changed = specOf({ size: { enum: ["1K", "2K"] } }, { title: "Changed" });
    writeFiles(specs, { "b/new.json": changed, "a/x.json": changed });
    rmSync(join(out, "models/b/z.ts"));
    const report = await run({ targets });
    expect(report.plan?.create).toEqual(["models/b/new.ts", "models/b/z.ts"]);
    await run({ targets, out: join(root, "fresh") });
    expect(readFiles(out)).toEqual(readFiles(join(root, "fresh")));
  });

  test("takes no types from a module or a catalogue that was changed by hand", async () => {
    const { root, specs, out, run } = setUp(files);
    await run({ targets });
    for (const path of ["catalogue.ts", "models/a/x.ts"])
      writeFileSync(join(out, path), readFiles(out)[path]!.replaceAll("string", "number"));
    writeFiles(specs, { "b/z.json": specOf() });
    expect((await run({ targets })).plan?.update).toContain("models/a/x.ts");
    await run({ targets, out: join(root, "fresh") });
    expect(readFiles(out)).toEqual(readFiles(join(root, "fresh")));
  });

  test("believes of a list that was merged from two runs only what it says of each module", async () => {
    const { root, specs, out, run } = setUp(files);
    const other = join(root, "other");
    await run({ targets });
    writeFiles(specs, { "a/x.json": specOf({ merged: { type: "string" } }) });
    await run({ targets, out: other });
    const [ours, theirs] = [readFiles(out), readFiles(other)];
    const line = /^ *"models\/a\/x\.ts".*$/m;
    writeFiles(out, {
      "models/a/x.ts": theirs["models/a/x.ts"]!,
      "manifest.json": ours["manifest.json"]!.replace(line, line.exec(theirs["manifest.json"]!)![0]),
    });
    writeFiles(specs, { "b/z.json": specOf() });
    await run({ targets });
    await run({ targets, out: join(root, "fresh") });
    expect(readFiles(out)).toEqual(readFiles(join(root, "fresh")));
  });

  test("says what is doubtful each time, in the same words", async () => {
    const { specs, run } = setUp(files);
    const { diagnostics } = await run({ targets });
    expect(diagnostics.map(({ code }) => code)).toContain("unknown-type");
    expect((await run({ targets })).diagnostics).toEqual(diagnostics);
    writeFiles(specs, { "b/new.json": specOf() });
    expect((await run({ targets })).diagnostics).toEqual(diagnostics);
  });

  test("believes no catalogue that was changed by hand", async () => {
    const { specs, out, run } = setUp(files);
    await run({ targets });
    const made = readFiles(out);
    writeFileSync(join(out, "catalogue.json"), '{"models": 5}');
    expect((await run({ targets })).plan?.update).toEqual(["catalogue.json"]);
    expect(readFiles(out)).toEqual(made);
    writeFiles(specs, { "b/z.json": files["b/z.json"], "A/x.json": specOf() });
    expect(codesOf(await run({ targets }))).toContain("id-collision");
  });
});

test("a model with an error is left out, and the others are made", async () => {
  const { out, specs, run } = setUp({
    "a/x.json": specOf(),
    "a/bad.json": "{",
    "a/worse.json": { input: { type: "string" } },
    "a/odd.json": specOf({ s: { enum: [] } }),
  });
  const report = await run();
  expect(new Set(codesOf(report))).toEqual(
    new Set(["not-json", "empty-enum", "not-an-object", "no-properties"]),
  );
  expect(report).toMatchObject({ leftOut: ["a/bad", "a/worse"], models: 2, isWritten: true });
  expect(Object.keys(readFiles(join(out, "models/a")))).toEqual(["odd.ts", "x.ts"]);
  // What was generated before stays, until the spec is right again.
  writeFileSync(join(specs, "a/x.json"), "{");
  expect(await run()).toMatchObject({
    leftOut: ["a/bad", "a/worse", "a/x"],
    plan: { delete: [], foreign: [] },
  });
  expect(Object.keys(readFiles(join(out, "models/a")))).toEqual(["odd.ts", "x.ts"]);
  writeFileSync(join(specs, "a/x.json"), JSON.stringify(specOf({ more: {} })));
  expect((await run()).plan?.update).toContain("models/a/x.ts");
});

describe("a run without a single right model writes nothing", () => {
  test("and reports the problems of all specs", async () => {
    const { root, run } = setUp({ "a/bad.json": "{", "a/list.json": [1] });
    expect(codesOf(await run())).toEqual(["not-json", "no-input"]);
    expect(() => statSync(join(root, "out"))).toThrow("ENOENT");
  });

  test("where a target fails", async () => {
    const { root, run } = setUp({ "a/x.json": specOf() });
    const failing: Target = { name: "sad", emit: () => Promise.reject(new Error("no ink")) };
    expect((await run({ targets: [plain, failing] })).diagnostics[0]?.what).toBe(
      'The target "sad" failed: no ink',
    );
    const straying: Target = { name: "stray", emit: () => new Map([["../x.ts", ""]]) };
    expect(codesOf(await run({ targets: [straying] }))).toEqual(["emit-failed"]);
    expect(() => statSync(join(root, "out"))).toThrow("ENOENT");
  });

  test("where the output folder is that of the specs, inside it, or a file", async () => {
    const { root, specs, run } = setUp({ "a/x.json": specOf() });
    symlinkSync(specs, join(root, "link"));
    writeFileSync(join(root, "file"), "");
    for (const out of [
      specs,
      join(specs, "out"),
      join(root, "link"),
      join(root, "file"),
      join(root, "file/out"),
    ]) {
      expect(codesOf(await run({ out }))).toEqual(["output-folder"]);
    }
  });
});

describe("files of other people", () => {
  test("are left alone", async () => {
    const { specs, out, run } = setUp(
      { "a/x.json": specOf(), "a/y.json": specOf() },
      { "notes.md": "mine", "models/mine.ts": "mine" },
    );
    await run();
    rmSync(join(specs, "a/y.json"));
    expect((await run()).plan?.foreign).toEqual(["models/mine.ts", "notes.md"]);
    expect(readFiles(out)).toMatchObject({ "notes.md": "mine", "models/mine.ts": "mine" });
  });

  test("are not overwritten, and stop the run", async () => {
    const { out, run } = setUp({ "a/x.json": specOf(), "a/y.json": specOf() }, { "models/a/x.ts": "mine" });
    expect(codesOf(await run())).toEqual(["foreign-file"]);
    expect(readFiles(out)).toEqual({ "models/a/x.ts": "mine" });
  });

  test("are safe from a manifest that names them", async () => {
    for (const path of ["../precious.txt", "/etc/passwd", "a/../../precious.txt"]) {
      const list = { files: { [path]: { sha256: "x", from: "" } } };
      const { root, run } = setUp({ "a/x.json": specOf() }, { "manifest.json": list });
      writeFileSync(join(root, "precious.txt"), "mine");
      expect(codesOf(await run())).toEqual(["bad-manifest"]);
      expect(readFiles(root)["precious.txt"]).toBe("mine");
    }
  });

  test("are safe behind a link in the output folder", async () => {
    const { root, specs, out, run } = setUp({ "a/x.json": specOf(), "b/y.json": specOf() });
    await run();
    mkdirSync(join(root, "elsewhere"));
    writeFileSync(join(root, "elsewhere/x.ts"), readFiles(out)["models/a/x.ts"]!);
    rmSync(join(out, "models/a"), { recursive: true });
    symlinkSync(join(root, "elsewhere"), join(out, "models/a"));
    expect(codesOf(await run())).toEqual(["link-in-output"]);
    rmSync(join(specs, "a/x.json"));
    await run();
    expect(Object.keys(readFiles(join(root, "elsewhere")))).toEqual(["x.ts"]);
  });

  test("that took the place of a generated file are kept when its spec goes", async () => {
    const { specs, out, run } = setUp({ "a/x.json": specOf(), "b/y.json": specOf() });
    await run();
    rmSync(join(specs, "a/x.json"));
    writeFileSync(join(out, "models/a/x.ts"), "mine now");
    expect((await run()).plan).toMatchObject({ delete: [], foreign: ["models/a/x.ts"] });
    expect(readFiles(out)["models/a/x.ts"]).toBe("mine now");
  });

  test("a list that is no list stops the run", async () => {
    expect(codesOf(await setUp({ "a/x.json": specOf() }, { "manifest.json": "<<<<" }).run())).toEqual([
      "bad-manifest",
    ]);
  });
});

const check = async ({ specs, out }: { specs: string; out: string }) => {
  const printed = { stdout: "", stderr: "" };
  const streams = {
    stdout: { write: (text: string) => (printed.stdout += text) },
    stderr: { write: (text: string) => (printed.stderr += text) },
  };
  const code = await runGenerate({ specs, out, targets: [plain], check: true }, streams);
  return { ...printed, stdout: printed.stdout.replaceAll(`${out}/`, ""), code };
};

describe("a check", () => {
  test("passes where everything is up to date", async () => {
    const folders = setUp({ "a/x.json": specOf() });
    await folders.run();
    expect(await check(folders)).toMatchObject({ code: 0, stdout: "" });
  });

  test("lists what is stale, missing and foreign, and writes nothing", async () => {
    const folders = setUp({ "a/x.json": specOf(), "a/y.json": specOf(), "a/z.json": specOf() });
    await folders.run();
    writeFileSync(join(folders.out, "models/a/x.ts"), "changed");
    rmSync(join(folders.out, "models/a/y.ts"));
    rmSync(join(folders.specs, "a/z.json"));
    writeFileSync(join(folders.out, "mine.txt"), "mine");
    const before = readFiles(folders.out);
    expect(await check(folders)).toMatchObject({
      code: 1,
      stdout:
        "stale    models/a/x.ts\nstale    models/a/z.ts\nstale    manifest.json\nmissing  models/a/y.ts\nforeign  mine.txt\n",
    });
    expect(readFiles(folders.out)).toEqual(before);
  });

  test("finds everything missing in a folder that is not there, and does not make it", async () => {
    const folders = setUp({ "a/x.json": specOf() });
    expect(await check(folders)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("missing  models/a/x.ts"),
    });
    expect(() => statSync(folders.out)).toThrow("ENOENT");
  });

  test("trusts no list: it makes every file anew", async () => {
    const folders = setUp({ "a/x.json": specOf() });
    await folders.run();
    const other: Target = { name: "plain", emit: () => new Map([["models/a/x.ts", "new template"]]) };
    const { plan } = await generate({ ...folders, targets: [other], check: true });
    expect(plan?.update).toEqual(["models/a/x.ts"]);
  });

  test("fails on a spec with an error", async () => {
    const found = await check(setUp({ "a/x.json": "{" }));
    expect(found).toMatchObject({ code: 1, stdout: "" });
    expect(found.stderr).toContain("error not-json");
  });
});
