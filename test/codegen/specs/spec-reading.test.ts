import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { normalize } from "../../../codegen/ir/spec-normalization.js";
import { locateDiagnostics, readSpecs } from "../../../codegen/specs/read/spec-reading.js";
import { parseSpec } from "../../../codegen/specs/read/stored-specs.js";
import { makeFolder, specOf } from "../generate/temporary.js";

const codesOf = (folder: string): string[] => readSpecs(folder).diagnostics.map(({ code }) => code);

test("the path of a file is the id of its model, in code point order", () => {
  const folder = makeFolder({
    "b/x.json": specOf(),
    "a/z.json": specOf(),
    "a/B/x.json": specOf(),
    "é/x.json": specOf(),
  });
  expect(readSpecs(folder).specs.map(({ id }) => id)).toEqual(["a/B/x", "a/z", "b/x", "é/x"]);
});

test("other files, hidden ones, api.json and spec.schema.json are no models", () => {
  const folder = makeFolder({
    "a/x.json": specOf(),
    "README.md": "# Specs",
    ".cache/x.json": "not json",
    ".x.json": "not json",
    "a/notes.txt": "",
    "spec.schema.json": { type: "object" },
  });
  const { specs, diagnostics } = readSpecs(folder);
  expect(specs.map(({ id }) => id)).toEqual(["a/x"]);
  expect(diagnostics).toEqual([]);
});

test("api.json of the folder is the lifecycle, and otherwise the built-in one", () => {
  const document = { openapi: "3.1.0", info: { title: "t", version: "1" }, paths: {} };
  const own = readSpecs(makeFolder({ "a/x.json": specOf(), "api.json": document })).lifecycle;
  expect(own).toMatchObject({ own: true, document });
  const builtIn = readSpecs(makeFolder({ "a/x.json": specOf() })).lifecycle;
  expect(builtIn?.own).toBe(false);
  expect(builtIn?.document["openapi"]).toMatch(/^3\.1/);
});

test("an api.json with a reference to a file is refused", () => {
  const document = { openapi: "3.1.0", paths: { "/x": { $ref: "../../etc/passwd" } } };
  expect(codesOf(makeFolder({ "a/x.json": specOf(), "api.json": document }))).toEqual(["bad-reference"]);
});

test("a missing folder, a file and a folder without specs are refused by name", () => {
  const folder = makeFolder({ "file.json": "{}", "empty/README.md": "" });
  for (const name of ["nothing", "file.json", "empty"])
    expect(codesOf(join(folder, name))).toEqual(["no-specs"]);
});

test("links are refused and never followed", () => {
  const secret = makeFolder({ "secret/x.json": specOf() });
  const folder = makeFolder({ "a/x.json": specOf(), "sub/y.txt": "" });
  symlinkSync(join(secret, "secret/x.json"), join(folder, "a/y.json"));
  symlinkSync(join(secret, "secret"), join(folder, "sub/linked"));
  symlinkSync(folder, join(folder, "sub/circle"));
  const { specs, diagnostics } = readSpecs(folder);
  expect(specs.map(({ id }) => id)).toEqual(["a/x"]);
  expect(diagnostics.map(({ code }) => code)).toEqual(["link-outside", "link-outside", "link-outside"]);
});

test("every problem of every file is reported in one run", () => {
  const folder = makeFolder({
    "a/broken.json": '{"input": {',
    "a/list.json": [1],
    "a/text.json": specOf({}, { title: 5, source: { read: "today" } }),
    "a/fine.json": specOf(),
    "a/proto.json": '{"input": {"type": "object", "properties": {"__proto__": {"type": "string"}}}}',
    "a/huge.json": '{"input": {"type": "object", "maximum": 1e999}}',
  });
  const { specs, diagnostics } = readSpecs(folder);
  expect(specs.map(({ id }) => id)).toEqual(["a/fine", "a/huge", "a/proto", "a/text"]);
  expect(specs[3]?.spec).toEqual({ input: { type: "object", properties: {} }, source: {} });
  expect(diagnostics.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([
    "not-json ",
    "number-out-of-range /input/maximum",
    "no-input ",
    "unsafe-field /input/properties/__proto__",
    "wrong-shape /title",
    "wrong-shape /source/read",
  ]);
});

test("a byte order mark and Windows line ends change nothing, not even the hash", () => {
  const text = JSON.stringify(specOf(), null, 2);
  const folder = makeFolder({ "a/x.json": text, "a/y.json": `\uFEFF${text.replaceAll("\n", "\r\n")}` });
  const { specs, diagnostics } = readSpecs(folder);
  expect(diagnostics).toEqual([]);
  expect(specs[0]?.hash).toBe(specs[1]?.hash);
});

test("a file in UTF-16 is refused with a word about UTF-8", () => {
  const folder = makeFolder({ "a/x.json": specOf() });
  writeFileSync(join(folder, "a/y.json"), Buffer.from(JSON.stringify(specOf()), "utf16le").fill(0xff, 0, 2));
  expect(readSpecs(folder).diagnostics).toMatchObject([{ code: "not-json", fix: "Save the file as UTF-8." }]);
});

test("a catalogue entry is told how to become a spec", () => {
  const folder = makeFolder({ "a/entry.json": { model_id: "a/entry", input_schema: {} } });
  expect(readSpecs(folder).diagnostics.map(({ what }) => what)).toEqual([
    'There is "input_schema" but no "input"; rename it.',
  ]);
});

test("a schema of a request body alone is a spec, with its title, and problems are found in their places", () => {
  const bare = {
    title: "Bare",
    type: "object",
    properties: { a: { type: "float" }, b: { minimum: "five" } },
  };
  const folder = makeFolder({
    "a/bare.json": bare,
    "a/refers.json": { $ref: "#/$defs/body", $defs: { body: { properties: { a: { type: "string" } } } } },
    "a/joined.json": { allOf: [{ properties: { a: {} } }] },
  });
  const { specs, diagnostics } = readSpecs(folder);
  expect(diagnostics).toEqual([]);
  const { models, diagnostics: doubts } = normalize(specs);
  expect(models.map(({ title, input }) => [title, Object.keys(input.properties)])).toEqual([
    ["Bare", ["a", "b"]],
    ["a/joined", ["a"]],
    ["a/refers", ["a"]],
  ]);
  expect(locateDiagnostics(doubts, specs)).toMatchObject([
    { code: "wrong-shape", pointer: "/properties/b/minimum", line: expect.any(Number) as number },
  ]);
  expect(parseSpec(specs[0]!.text)).toEqual({
    title: "Bare",
    input: { type: "object", properties: bare.properties },
  });
});

test("a misspelt name is reported with the one that is meant", () => {
  const [found] = readSpecs(makeFolder({ "a/x.json": specOf({}, { exmaple: {} }) })).diagnostics;
  expect(found).toMatchObject({ code: "unknown-key", severity: "warning", line: 2 });
  expect(found?.what).toContain('is "example" meant?');
});

test("a depth bomb and a file of three megabytes are refused before they do harm", () => {
  const folder = makeFolder({
    "a/deep.json": `{"input": ${'{"items": '.repeat(200_000)}1${"}".repeat(200_000)}}`,
    "a/large.json": `{"title": "${"x".repeat(3_000_000)}"}`,
    "a/unclosed.json": "[".repeat(500_000),
  });
  expect(codesOf(folder)).toEqual(["too-large", "too-large", "too-large"]);
  const deep = makeFolder({ "a/deep.json": `{"input": ${"[".repeat(90_000)}${"]".repeat(90_000)}}` });
  expect(codesOf(deep)).toEqual(["too-large"]);
});

test("a spec that is a folder by name is looked into, not read", () => {
  const folder = makeFolder({ "a/x.json": specOf() });
  mkdirSync(join(folder, "b.json"));
  renameSync(join(folder, "a/x.json"), join(folder, "b.json/x.json"));
  expect(readSpecs(folder).specs.map(({ id }) => id)).toEqual(["b.json/x"]);
});
