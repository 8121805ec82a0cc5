import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generate, runGenerate } from "../../../codegen/generate/generation.js";
import { normalize } from "../../../codegen/ir/spec-normalization.js";
import { readSpecs } from "../../../codegen/specs/read/spec-reading.js";
import { toStoredSchema } from "../../../codegen/targets/models/stored-schema.js";
import { readEmittedModule } from "./emitted-module.js";
import { runExamples } from "./run-examples.js";
import { type Workshop, compilers, openWorkshop } from "./type-check.js";

const corpus = join(dirname(fileURLToPath(import.meta.url)), "../../fixtures/hostile");
const list = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.includes("/") && name.endsWith(".json"))
    .sort();

/** What becomes of each spec of the corpus: `"generates"`, or the codes with which it is refused. */
const verdicts = JSON.parse(readFileSync(join(corpus, "verdicts.json"), "utf8")) as {
  readonly [name: string]: "generates" | readonly string[];
};
/** Models for which nothing can be sent: whole numbers that JSON cannot carry, lists of billions, an only value with a forbidden name. */
const withoutExample = [
  "spec keys/proto-in-enum: no example",
  "live keys/proto-in-enum: no example",
  "generated numbers/beyond-safe-enum: no example",
  "generated numbers/huge-items: no example",
];
const accepted = Object.keys(verdicts).filter((name) => verdicts[name] === "generates");

const temporary: string[] = [];
const folderOf = (names: readonly string[]): string => {
  const folder = mkdtempSync(join(tmpdir(), "hostile-"));
  temporary.push(folder);
  for (const name of names) cpSync(join(corpus, name), join(folder, "specs", name));
  return folder;
};

let workshop: Workshop;
beforeAll(() => void (workshop = openWorkshop()));
afterAll(() => {
  workshop.close();
  for (const folder of temporary) rmSync(folder, { recursive: true });
});

describe("the corpus of hostile specs", () => {
  test("has a verdict for each, and 60 or more", () => {
    expect(Object.keys(verdicts).sort()).toEqual(list(corpus));
    expect(accepted.length).toBeGreaterThan(60);
  });

  test("each is refused with the codes that it deserves, or by none", () => {
    const folder = folderOf(Object.keys(verdicts));
    const read = readSpecs(join(folder, "specs"));
    const { diagnostics } = normalize(read.specs);
    const found = Object.fromEntries(Object.keys(verdicts).map((name) => [name, new Set<string>()]));
    for (const { severity, file, code } of [...read.diagnostics, ...diagnostics])
      if (severity === "error") found[file.slice(join(folder, "specs").length + 1)]?.add(code);
    const said = Object.entries(found).map(([name, codes]) => [
      name,
      codes.size === 0 ? "generates" : [...codes].sort(),
    ]);
    expect(Object.fromEntries(said)).toEqual(verdicts);
  });

  test("a refused spec leaves no trace, and the others generate", async () => {
    const folder = folderOf(["shape/not-json.json", "text/comment-end.json"]);
    const report = await generate({ specs: join(folder, "specs"), out: join(folder, "out") });
    expect(report.diagnostics.some(({ code }) => code === "not-json")).toBe(true);
    expect(readdirSync(join(folder, "out/models"))).toEqual(["text"]);
    expect(report.leftOut).toEqual(["shape/not-json"]);
  });

  test("a field named __proto__ costs its model nothing but itself, wherever the name stands", () => {
    const names = accepted.filter((name) => name.startsWith("keys/proto"));
    const { specs, diagnostics } = readSpecs(join(folderOf([...names, "keys/duplicate.json"]), "specs"));
    expect([...new Set(diagnostics.map(({ code }) => code))]).toEqual(["duplicate-key", "unsafe-field"]);
    expect(JSON.stringify(specs.map(({ spec }) => spec))).not.toContain('"__proto__":');
    const { models } = normalize(specs);
    const fields = Object.fromEntries(models.map(({ id, input }) => [id, Object.keys(input.properties)]));
    expect(fields).toMatchObject({ "keys/duplicate": ["a"], "keys/proto-in-example": ["a"] });
    expect(models).toHaveLength(names.length + 1);
  });

  test("the whole of it on the command line ends with reasons, not with a stack trace or control characters", async () => {
    const folder = folderOf(Object.keys(verdicts));
    let said = "";
    const stream = { write: (text: string) => void (said += text) };
    const code = await runGenerate(
      { specs: join(folder, "specs"), out: join(folder, "out") },
      { stdout: stream, stderr: stream },
    );
    expect(code).toBe(1);
    expect(said).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
    expect(said).not.toMatch(/TypeError|RangeError|emit-failed/);
    // oxlint-disable-next-line no-control-regex
    expect(said).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\p{Surrogate}]/u);
    for (const [name, verdict] of Object.entries(verdicts))
      if (verdict !== "generates") expect(said).toContain(name);
  });

  test.each([
    "con.json",
    "a/nul.json",
    "a/.hidden/b.json",
    "a/b#c.json",
    "a/b%2e.json",
    "a/x.d.json",
    "a/b'\"`${x}.json",
    "a/b\u202ec.json",
    "a/b\u2028c.json",
    "a/*\u200b/b.json",
    "a/constructor.json",
    "a/node_modules2/b .json",
  ])("an id from the path %j does no harm", async (name) => {
    const folder = mkdtempSync(join(tmpdir(), "hostile-"));
    temporary.push(folder);
    mkdirSync(dirname(join(folder, "specs", name)), { recursive: true });
    cpSync(join(corpus, "text/comment-end.json"), join(folder, "specs", name));
    cpSync(join(corpus, "text/quotes.json"), join(folder, "specs/some/model.json"));
    const report = await generate({ specs: join(folder, "specs"), out: join(folder, "out") });
    if (name === "a/.hidden/b.json") expect(report.models).toBe(1);
    else expect(report.diagnostics.map(({ code }) => code)).toContain("unsafe-name");
  });

  test("all that are accepted generate, compile in one program, and every literal comes through unchanged", async () => {
    const specs = join(folderOf(accepted), "specs");
    const report = await generate({
      specs,
      out: join(workshop.folder, "out"),
      runtime: "../../../src/input/standard.js",
    });
    expect(report.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const { models } = normalize(readSpecs(specs).specs);
    expect(models.length).toBe(accepted.length);

    const expected = new Map(
      models.map(({ id, input, listing: { price } }) => [
        id,
        { id, input: toStoredSchema(input), ...(price === undefined ? {} : { price }) },
      ]),
    );
    for (const [id, model] of expected) {
      const text = readFileSync(join(workshop.folder, "out/models", `${id}.ts`), "utf8");
      expect(readEmittedModule(text).model, id).toStrictEqual(structuredClone(model));
    }
    for (const compiler of compilers) expect(workshop.check(compiler), compiler).toEqual([]);

    // What runs is what was read: Node loads every module where making code from text is forbidden.
    expect(workshop.build()).toEqual([]);
    writeFileSync(join(workshop.folder, "run.mjs"), runAll);
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ["--disallow-code-generation-from-strings", join(workshop.folder, "run.mjs")],
      { encoding: "utf8", maxBuffer: 1e8 },
    );
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    const ran = JSON.parse(stdout) as { readonly names: readonly string[]; readonly models: unknown };
    expect(ran.names).toEqual([...expected.keys()]);
    expect(ran.models).toEqual(JSON.parse(JSON.stringify([...expected.values()])));

    // An example of each runs, whether the model comes from the generated files, from a spec or from the live catalogue.
    expect(await runExamples(specs, join(workshop.folder, "out/catalogue.json"))).toEqual(withoutExample);
  });
});

/** Loads everything through the catalogue, and fails where a module left a trace. */
const runAll = `
import { readdirSync } from "node:fs";
import { join } from "node:path";
const before = Object.getOwnPropertyNames(globalThis).sort().join();
const root = new URL("js/", import.meta.url);
const found = readdirSync(root, { recursive: true }).find((name) => name.endsWith(join("out", "catalogue.js")));
const { entries, modules } = await import(new URL(found.replaceAll("\\\\", "/"), root));
const models = [];
for (const { id } of entries) models.push((await modules[id]()).model);
const names = entries.map(({ id }) => id);
if (Object.getOwnPropertyNames(globalThis).sort().join() !== before) throw new Error("a global was made");
if (Object.keys(Object.prototype).length > 0) throw new Error("a prototype was changed");
console.log(JSON.stringify({ names, models }));
`;
