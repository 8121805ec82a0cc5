import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { defineConfig, diff, generate, importPages } from "../../../codegen/index.js";
import { loadConfig } from "../../../codegen/configuration/config-file.js";
import { writeStarterFiles } from "../../../codegen/init/starter-files.js";
import { makeFolder, specOf } from "../generate/temporary.js";

const command = join(import.meta.dirname, "../../../codegen/bin/runcomfy-codegen.js");
const runIn = async (cwd: string, ...words: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, [command, ...words], { cwd })).stdout;

describe("a configuration file", () => {
  test.each([
    ["runcomfy.config.json", '{ "specs": "models", "out": "made", "imports": "ts" }'],
    ["runcomfy.config.js", 'export default { specs: "models", out: "made", imports: "ts" };'],
    [
      "runcomfy.config.ts",
      'import type { Config } from "runcomfy-codegen";\nconst out: string = "made";\nexport default { specs: "models", out, imports: "ts" } satisfies Config;',
    ],
  ])("%s says where everything is, and flags win", async (name, text) => {
    const folder = makeFolder({
      "package.json": '{ "type": "module" }',
      [name]: text,
      "models/acme/x/edit.json": specOf(),
    });
    expect(await loadConfig(folder)).toEqual({ specs: "models", out: "made", imports: "ts" });
    await runIn(folder, "generate");
    expect(readFileSync(join(folder, "made/catalogue.ts"), "utf8")).toContain('"./models/acme/x/edit.ts"');
    await runIn(folder, "generate", "--out", "other", "--imports", "js");
    expect(readFileSync(join(folder, "other/catalogue.ts"), "utf8")).toContain('"./models/acme/x/edit.js"');
  });

  test.each([
    ['{ "outt": "x" }', 'the key "outt" is unknown; did you mean "out"?'],
    ['{ "out": 5, "imports": "cjs" }', '"out" is 5; it has to be the name of a folder; "imports" is "cjs"'],
    ['{ "runtime": "a b" }', '"runtime" is "a b"'],
    ["[]", "gives an array"],
    ["{", "cannot be loaded"],
  ])("with %s is an error that says what is wrong", async (text, said) => {
    await expect(loadConfig(makeFolder({ "runcomfy.config.json": text }))).rejects.toThrow(said);
  });

  test("beside another one is an error, and none is an empty one", async () => {
    const files = { "runcomfy.config.json": "{}", "runcomfy.config.ts": "export default {};" };
    await expect(loadConfig(makeFolder(files))).rejects.toThrow("remove one of them");
    expect(await loadConfig(makeFolder())).toEqual({});
  });
});

describe("init", () => {
  test("writes what generate needs, and replaces nothing", async () => {
    const folder = makeFolder({
      "package.json": '{\n\t"name": "mine",\n\t"scripts": { "generate": "mine" }\n}\n',
    });
    const states = () => writeStarterFiles(folder).map(({ path, state }) => `${state} ${path}`);
    expect(states()).toEqual([
      "created runcomfy.config.json",
      "created specs/my-vendor/my-model/text-to-image.json",
      "changed package.json",
    ]);
    const text = readFileSync(join(folder, "package.json"), "utf8");
    expect(JSON.parse(text)).toMatchObject({
      name: "mine",
      scripts: { generate: "mine", "generate:check": "runcomfy-codegen generate --check" },
    });
    expect(text).toContain('\n\t"name"');
    expect(states()).toEqual(["left runcomfy.config.json", "left specs", "left package.json"]);
    await runIn(folder, "generate");
    expect(existsSync(join(folder, "src/runcomfy/models/my-vendor/my-model/text-to-image.ts"))).toBe(true);
  });

  test("writes a typed configuration beside a tsconfig.json, and says what to add by hand", () => {
    const folder = makeFolder({ "tsconfig.json": "{}" });
    expect(writeStarterFiles(folder).map(({ state, path }) => `${state} ${path}`)).toEqual([
      "created runcomfy.config.ts",
      "created specs/my-vendor/my-model/text-to-image.json",
      "left package.json",
    ]);
    expect(readFileSync(join(folder, "runcomfy.config.ts"), "utf8")).toContain("defineConfig({");
  });
});

describe("the generator as functions", () => {
  test("prints nothing, and gives diagnostics as data", async () => {
    const folder = makeFolder({ "specs/a/b.json": specOf({ s: { enum: [] } }), "specs/a/c.json": "{" });
    const options = { specs: join(folder, "specs"), out: join(folder, "out") };
    const made = await generate(options);
    expect(made).toMatchObject({ ok: false, models: 1, leftOut: ["a/c"] });
    expect(made.created).toContain("models/a/b.ts");
    expect(made.diagnostics.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      "warning empty-enum",
      "error not-json",
    ]);
    expect((await generate({ ...options, check: true })).updated).toEqual([]);
    const [page] = await importPages({ files: [join(folder, "none.html")], specs: options.specs });
    expect(page).toMatchObject({
      state: "refused",
      remarks: [{ text: expect.stringContaining("no such file") as string }],
    });
    const other = makeFolder({ "a/b.json": specOf() });
    expect(diff({ from: other, to: other })).toMatchObject({ models: [], kind: undefined });
    expect(defineConfig({ out: "x" })).toEqual({ out: "x" });
  });
});
