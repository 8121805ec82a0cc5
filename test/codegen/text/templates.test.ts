import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { loadTemplate } from "../../../codegen/text/template.js";

const targets = new URL("../../../codegen/targets/", import.meta.url).pathname;
const templates = readdirSync(targets, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".hbs"))
  .map((name) => [name, readFileSync(join(targets, name), "utf8")] as const);

/** What may stand between the mustaches: a door with one name, or shape. */
const allowed = [
  /^(literal|key) [\w.]+$/,
  /^doc [\w.]+( oneLine=true)?$/,
  /^declaration (input|output)$/,
  /^#(if|each) [\w.]+$/,
  /^else$/,
  /^\/(if|each)$/,
];

describe("the templates", () => {
  test("are found", () => {
    expect(templates.length).toBeGreaterThanOrEqual(3);
  });

  test.each(templates)("%s lets data through the doors alone", (_name, text) => {
    const expressions = [...text.matchAll(/\{\{([\s\S]*?)\}\}/g)].map(([, inside = ""]) => inside);
    expect(expressions.filter((inside) => !allowed.some((pattern) => pattern.test(inside)))).toEqual([]);
    expect(text).not.toMatch(/\{\{\{|\{\{&|\{\{>|\{\{~|~\}\}/);
  });
});

describe("a template", () => {
  const folder = mkdtempSync(join(tmpdir(), "templates-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const fill = async (text: string, data: object): Promise<string> => {
    const file = join(folder, "some.hbs");
    writeFileSync(file, text);
    return (await loadTemplate(pathToFileURL(file)))(data);
  };

  test("puts what the doors print in its place", async () => {
    const filled = await fill(
      "{{#each list}}{{key this}}: {{literal this}},{{/each}} // {{doc text oneLine=true}}",
      {
        list: ["a", "b c"],
        text: "one\n*/ two",
      },
    );
    expect(filled).toBe('a: "a","b c": "b c", // one *\\/ two');
  });

  test("does not read what a value holds as a template", async () => {
    expect(await fill("{{literal text}}", { text: "{{key text}}" })).toBe('"{{key text}}"');
  });

  test.each([
    "{{lookup a 'b'}}",
    "{{#with a}}{{/with}}",
    "{{log a}}",
    "{{#unless a}}{{/unless}}",
    "{{eval a}}",
  ])("knows no helper for %s", async (text) => {
    await expect(fill(text, { a: {} })).rejects.toThrow();
  });

  test("refuses a name that its data does not have", async () => {
    for (const door of ["doc", "key", "literal"])
      await expect(fill(`{{${door} missing}}`, {})).rejects.toThrow(/undefined/);
  });

  test("takes no text for a declaration but what the printer of types has made", async () => {
    await expect(fill("{{declaration input}}", { input: "interface X {}" })).rejects.toThrow(TypeError);
    await expect(fill("{{declaration input}}", { input: { text: "interface X {}" } })).rejects.toThrow(
      TypeError,
    );
  });
});
