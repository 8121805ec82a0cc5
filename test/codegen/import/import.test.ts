import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { importPages, type ImportOptions } from "../../../codegen/import/page-import.js";
import { FORMS } from "./forms.js";
import { SAMPLE } from "./facts.js";
import { LANGUAGES } from "./prose.js";

/** Parsed JSON that a test edits freely. */
// oxlint-disable-next-line typescript/no-explicit-any
type Loose = Record<string, any>;

let folder = "";
let printed: string[] = [];
let warned: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "import-"));
  printed = [];
  warned = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const specs = () => join(folder, "specs");
const specFile = () => join(specs(), "maker/paint-2.5/image-to-video.json");
const render = (facts = SAMPLE, language = 0, form = 0) => FORMS[form]!.render(facts, LANGUAGES[language]!);
const save = (name: string, text: string | Uint8Array) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const run = (files: readonly string[], more: Partial<ImportOptions> = {}) =>
  importPages({
    files,
    specs: specs(),
    today: "2026-01-02",
    stdin: () => Promise.reject(new Error("nothing is piped")),
    print: (line) => printed.push(line),
    warn: (line) => warned.push(line),
    ...more,
  });
const spec = () => JSON.parse(readFileSync(specFile(), "utf8")) as Loose;
const change = (edit: (schema: Loose) => void) => {
  const input = JSON.parse(SAMPLE.input) as Loose;
  edit(input);
  return save("changed.txt", render({ ...SAMPLE, input: JSON.stringify(input, null, 2) }));
};

test("a page becomes a spec file with its source, and the documented digits", async () => {
  const html = FORMS.findIndex(({ file }) => file === "html");
  const outcome = await run([save("page.html", render(SAMPLE, 5, html))]);
  expect(outcome.exitCode).toBe(0);
  expect(printed).toEqual([`created ${specFile()}`]);
  expect(spec()["source"]).toEqual({
    url: "https://www.example.com/de/models/page/api",
    language: "de",
    read: "2026-01-02",
  });
  expect(Object.keys(spec())).toEqual(["$schema", "source", "example", "input", "output"]);
  expect(readFileSync(specFile(), "utf8")).toContain('"maximum": 18446744073709551615\n');
});

test("standard input is a page like any other", async () => {
  const outcome = await run(["-"], { stdin: () => Promise.resolve(Buffer.from(render())) });
  expect(outcome.pages).toMatchObject([{ file: "-", state: "created", id: SAMPLE.id }]);
});

test("a refused page leaves the others alone and nothing half-written, and the exit code is 1", async () => {
  const cut = save("cut.txt", render({ ...SAMPLE, id: "maker/cut/edit" }).split('"720P"')[0]!);
  const outcome = await run([
    cut,
    join(folder, "missing.txt"),
    folder,
    save("photo.png", new Uint8Array(64)),
    save("page.txt", render()),
  ]);
  expect(outcome.exitCode).toBe(1);
  expect(outcome.pages.map(({ state }) => state)).toEqual([
    "refused",
    "refused",
    "refused",
    "refused",
    "created",
  ]);
  expect(warned.join("\n")).toMatch(
    /cut\.txt:\d+: refused: [^]*missing\.txt: refused: there is no such file[^]*it is a folder[^]*photo\.png:1: refused/,
  );
  expect(readdirSync(specs(), { recursive: true }).filter((name) => String(name).includes("."))).toEqual(
    expect.arrayContaining(["maker/paint-2.5/image-to-video.json"]),
  );
  expect(readdirSync(specs(), { recursive: true })).not.toContain("maker/cut");
});

test("the same page again, in any form and language, does not touch the file", async () => {
  await run([save("page.txt", render())]);
  utimesSync(specFile(), 1000, 1000);
  for (const [index] of LANGUAGES.entries())
    await run([save("again.txt", render(SAMPLE, index, index))], { today: "2027-01-01" });
  expect(printed.slice(1)).toEqual(LANGUAGES.map(() => `unchanged ${specFile()}`));
  expect(statSync(specFile()).mtimeMs).toBe(1_000_000);
});

test("an import over a spec keeps its wording, notes and catalogue, and prints what changed", async () => {
  await run([save("page.txt", render())]);
  const ours = spec();
  ours["title"] = "Paint";
  ours["notes"] = ["Tried by hand."];
  ours["catalogue"] = { categories: ["video"] };
  ours["source"].url = "https://example.org/set-by-hand";
  delete ours["input"].title;
  ours["input"].properties.mode.description = "How large.";
  ours["input"].properties.first_frame_image_url.validations[0].validation_error = "Too wide.";
  writeFileSync(specFile(), JSON.stringify(ours));
  printed = [];
  const file = change((input) => {
    input["properties"].mode.enum = ["480p", "1:1 (wide)"];
    input["properties"].mode.default = "480p";
    input["properties"].mode.description = "Page text.";
    input["properties"].first_frame_image_url.validations[0].validation_value = 8000;
    input["properties"].style = { type: "string", title: "Style" };
    input["required"].push("style");
    delete input["properties"].watermark;
  });
  await run([file], { today: "2026-03-04" });
  expect(printed.toSorted()).toEqual(
    [
      `updated ${specFile()}`,
      '  breaking   /input/properties/mode/enum: no longer takes "720P"',
      '  compatible /input/properties/mode/default: the default changed from "720P" to "480p"; calls that leave the field out give another result',
      "  compatible /input/properties/first_frame_image_url/validations: the media rule width_pixels< changed from 6000 to 8000",
      "  breaking   /input/properties/watermark: the field watermark is gone",
      "  breaking   /input/properties/style: the required field style is new",
    ].toSorted(),
  );
  const merged = spec();
  expect(merged).toMatchObject({
    title: "Paint",
    notes: ["Tried by hand."],
    catalogue: { categories: ["video"] },
  });
  expect(merged["source"]).toEqual({
    url: "https://example.org/set-by-hand",
    language: "en",
    read: "2026-03-04",
  });
  expect(merged["input"].title).toBeUndefined();
  expect(merged["input"].properties.mode.description).toBe("How large.");
  expect(merged["input"].properties.style.title).toBe("Style");
  expect(merged["input"].properties.first_frame_image_url.validations[0]).toEqual({
    validation_rule: "width_pixels<",
    validation_value: 8000,
    validation_error: "Too wide.",
  });
});

test("the wording of alternatives goes with them to another place", async () => {
  const [text, number] = [{ type: "string" }, { type: "integer" }];
  await run([change((input) => (input["properties"].mode = { anyOf: [text, number] }))]);
  const edited = spec();
  edited["input"].properties.mode.anyOf[0].description = "Our text.";
  writeFileSync(specFile(), JSON.stringify(edited));
  await run([change((input) => (input["properties"].mode = { anyOf: [{ type: "null" }, number, text] }))]);
  expect(spec()["input"].properties.mode.anyOf).toEqual([
    { type: "null" },
    number,
    { ...text, description: "Our text." },
  ]);
});

test("our own sentences stay in examples, and in defaults that are only examples", async () => {
  await run([save("page.txt", render())]);
  const ours = spec();
  ours["example"]["12_prompt"] = "A lighthouse in the first snow.";
  ours["input"].properties["12_prompt"].default = "A lighthouse in the first snow.";
  writeFileSync(specFile(), JSON.stringify(ours));
  const file = change((input) => {
    input["properties"]["12_prompt"].default = "Some other words of the page.";
    input["properties"].style = { type: "string", default: "plain and very calm" };
  });
  await run([file]);
  expect(spec()["example"]["12_prompt"]).toBe("A lighthouse in the first snow.");
  expect(spec()["input"].properties["12_prompt"].default).toBe("A lighthouse in the first snow.");
  await run([
    change((input) => (input["properties"].style = { type: "string", default: "loud and very bright" })),
  ]);
  expect(spec()["input"].properties.style.default).toBe("loud and very bright");
});

test("a spec from the catalogue gets the page's wording and keeps its media formats", async () => {
  mkdirSync(dirname(specFile()), { recursive: true });
  const bare = {
    input: {
      type: "object",
      properties: { first_frame_image_url: { description: "", type: "string", format: "image_uri" } },
    },
  };
  writeFileSync(specFile(), JSON.stringify(bare));
  await run([save("page.txt", render())]);
  expect(spec()["input"].properties.first_frame_image_url.format).toBe("image_uri");
  expect(spec()["input"].properties["12_prompt"].title).toBe("Prompt");
  expect(printed[0]).toBe(`updated ${specFile()}`);
});

test("a spec that is broken, or that differs from the id only in case, is left alone", async () => {
  mkdirSync(dirname(specFile()), { recursive: true });
  writeFileSync(specFile(), '{\n  "input": {\n');
  await run([save("page.txt", render())]);
  expect(warned.at(-1)).toContain("fix or remove it first");
  expect(readFileSync(specFile(), "utf8")).toBe('{\n  "input": {\n');
  await run([save("upper.txt", render({ ...SAMPLE, id: "maker/Paint-2.5/image-to-video" }))]);
  expect(warned.at(-1)).toContain("differ only in case");
});

test("a page whose module would be a folder where another has a file is refused", async () => {
  await run([save("page.txt", render())]);
  const id = `${SAMPLE.id}.ts/edit`;
  await run([save("below.txt", render({ ...SAMPLE, id }))]);
  expect(warned.at(-1)).toContain(`the module of ${id} or of ${SAMPLE.id} would be a file`);
  expect(readdirSync(join(specs(), "maker/paint-2.5"))).toEqual(["image-to-video.json"]);
});

test("a page whose path names another model is refused, with both", async () => {
  const outcome = await run([save("maker_paint-2.5_text-to-video.txt", render())]);
  expect(outcome.pages).toMatchObject([{ state: "refused", id: SAMPLE.id }]);
  expect(warned.at(-1)).toMatch(`the page calls "${SAMPLE.id}", and its path names "`);
  expect(existsSync(specFile())).toBe(false);
});

test("a stopped import starts no further page", async () => {
  const stop = new AbortController();
  const files = [save("one.txt", render()), save("two.txt", render({ ...SAMPLE, id: "maker/two/edit" }))];
  const running = run(files, { signal: stop.signal, print: () => stop.abort(new Error("stopped")) });
  await expect(running).rejects.toThrow("stopped");
  expect(readdirSync(join(specs(), "maker"))).toEqual(["paint-2.5"]);
});

test("an id that cannot name a file on every disk is refused", async () => {
  for (const id of ["maker/con/edit", "maker/paint%00/edit", "maker/a%3Ab/edit", "maker/paint./edit"]) {
    await run([save("page.txt", render({ ...SAMPLE, id }))]);
    expect(warned.pop()).toContain("refused: the model id cannot name a spec file");
  }
  expect(printed).toEqual([]);
});

test("nothing that a page says reaches the terminal as a control character", async () => {
  const text = render().replaceAll("image-to-video", "image-to-%1b[2Jvideo");
  await run([save("page.txt", text)]);
  // oxlint-disable-next-line no-control-regex
  expect(warned.join("")).not.toMatch(/[\u0000-\u001f]/);
  expect(warned.join("")).toContain("the model id");
});
