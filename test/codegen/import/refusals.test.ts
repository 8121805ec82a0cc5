import { describe, expect, test } from "vitest";
import { readPage } from "../../../codegen/import/page/page.js";
import { FORMS } from "./forms.js";
import { SAMPLE } from "./facts.js";
import { LANGUAGES } from "./prose.js";

const [english] = LANGUAGES;
const [plain] = FORMS;
const page = (facts = SAMPLE, form = plain!) => form.render(facts, english!);
const refusal = (text: string | Uint8Array) => {
  const result = readPage(typeof text === "string" ? Buffer.from(text) : text);
  return result.ok ? "" : `${result.line}: ${result.text}`;
};
const lineOf = (text: string, part: string) => text.slice(0, text.indexOf(part)).split("\n").length;

describe("a page is refused", () => {
  test("that is cut off in its input schema, with the line, what was found and what is missing", () => {
    const text = page();
    const cut = text.slice(0, text.indexOf('"720P"'));
    const message = refusal(cut);
    expect(message).toMatch(
      new RegExp(`^${cut.split("\n").length}: the input schema that starts in line \\d+ is cut off in line`),
    );
    expect(message).toContain("/properties/mode/enum");
    expect(message).toContain("Found: the id maker/paint-2.5/image-to-video (line 3), an example (line 6)");
    expect(message).toContain("Missing: an input schema, an output schema");
  });

  test("that is cut off in its output schema", () => {
    const text = page();
    expect(refusal(text.slice(0, text.indexOf('"videos"') + 8))).toContain("is cut off in line");
  });

  test("whose schema stops in the middle while the page goes on", () => {
    const text = page();
    const at = text.indexOf('"720P"');
    expect(refusal(`${text.slice(0, at)}"72\nThe rest of the page is here.\n`)).toContain(
      "has a string that is not closed on its line",
    );
  });

  test("that has no schema", () => {
    const text = page();
    const bare = text.slice(0, text.lastIndexOf("Files must"));
    expect(refusal(bare)).toContain("the page has no schema (searched to line");
  });

  test("that has only an output schema", () => {
    const text = page({ ...SAMPLE, input: "" });
    expect(refusal(text)).toContain("has an output schema but no input schema");
  });

  test("that has no id", () => {
    const text = page().replaceAll("/v1/models/maker/paint-2.5/image-to-video", "/v1/models/{model_id}");
    expect(refusal(text)).toContain("no address with /v1/models/<id>");
  });

  test("that names two models, with both lines", () => {
    const other = page({ ...SAMPLE, id: "maker/other/edit" });
    const text = `${page()}\n${other}`;
    const line = page().split("\n").length + lineOf(other, "/v1/models/");
    expect(refusal(text)).toContain(
      `maker/paint-2.5/image-to-video (line 3), maker/other/edit (line ${line})`,
    );
  });

  test("whose schema states a field twice", () => {
    const text = page({ ...SAMPLE, input: SAMPLE.input.replace('"mode": {', '"count": {') });
    expect(refusal(text)).toContain("the schema states /properties/count twice");
  });

  test("whose schema nests too deep", () => {
    const deep = `${'{"items":'.repeat(5000)}{}${"}".repeat(5000)}`;
    const text = page({
      ...SAMPLE,
      input: SAMPLE.input.replace('{\n      "type": "boolean"', `{"items": ${deep}, "type": "boolean"`),
    });
    expect(refusal(text)).toContain("nested deeper than 100 levels");
  });

  test("whose id would leave the specs folder or cannot name a file", () => {
    const problems = ["a/../../etc/x", "a/b/c/d/e/f", "a/b%2F..%2Fc", "a/__proto__"];
    for (const id of problems) expect(refusal(page({ ...SAMPLE, id }))).toContain("the model id");
  });

  test("that is empty, binary, or the wrong kind of file", () => {
    expect(refusal("")).toContain("is empty");
    expect(refusal(" \n ")).toContain("is empty");
    expect(refusal(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]))).toContain(
      "is not text",
    );
    expect(
      refusal("From: <Saved by a browser>\nMIME-Version: 1.0\nContent-Type: multipart/related;\n"),
    ).toContain("web archive");
  });

  test("with the line of the file where it is HTML", () => {
    const form = FORMS.find(({ name }) => name === "HTML with plain code")!;
    const text = page(SAMPLE, form);
    const cut = text.slice(0, text.indexOf("&quot;720P&quot;"));
    expect(refusal(cut)).toMatch(new RegExp(`^${cut.split("\n").length}: `));
  });
});
