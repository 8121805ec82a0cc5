// oxlint-disable unicorn/consistent-function-scoping
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { printSpec } from "../../../codegen/specs/write/spec-text.js";
import { readPage, type Page } from "../../../codegen/import/page/page.js";
import { ENCODINGS, FORMS, type Facts } from "./forms.js";
import { LANGUAGES } from "./prose.js";
import { facts as randomFacts, SAMPLE } from "./facts.js";

const bytes = (text: string) => Buffer.from(text, "utf8");

const read = (data: Uint8Array): Page => {
  const result = readPage(data);
  if (!result.ok) throw new Error(`line ${result.line}: ${result.text}`);
  return result.page;
};

/** What a page must say, in the very text that the spec file will have. */
const stated = ({ id, input, output, example }: Pick<Page, "id" | "input" | "output" | "example">) =>
  printSpec(id, {
    input,
    ...(output === undefined ? {} : { output }),
    ...(example === undefined ? {} : { example }),
  });

const expected = ({ id, input, output, example }: Facts) => {
  const indent = (json: string) => json.replaceAll("\n", "\n  ");
  const bare = output === null ? null : output.replace(/^\{\s*"output": ([^]*)\}$/, "$1").trimEnd();
  const inner = bare === null || bare === output ? bare : bare.replaceAll("\n  ", "\n");
  const up = "../".repeat(id.split("/").length - 1);
  const parts = [`"$schema": "${up}spec.schema.json"`];
  if (example !== null) parts.push(`"example": ${indent(example)}`);
  parts.push(`"input": ${indent(input)}`);
  if (inner !== null) parts.push(`"output": ${indent(inner)}`);
  return `{\n  ${parts.join(",\n  ")}\n}\n`;
};

describe.each(FORMS)("$name", ({ render }) => {
  test.each(LANGUAGES)("gives back every fact in $tag", (prose) => {
    const page = read(bytes(render(SAMPLE, prose)));
    expect(stated(page)).toBe(expected(SAMPLE));
    expect(page.language).toBe(prose.tag);
  });
});

describe.each(ENCODINGS)("%s", (_, encode) => {
  test.each(FORMS)("is read as $name", ({ render }) => {
    const [, prose] = LANGUAGES;
    expect(stated(read(encode(render(SAMPLE, prose!))))).toBe(expected(SAMPLE));
  });
});

test("any schema comes back from any form of page with the same text", () => {
  const form = fc.constantFrom(...FORMS);
  const prose = fc.constantFrom(...LANGUAGES);
  fc.assert(
    fc.property(randomFacts, form, prose, (facts, { render }, words) => {
      expect(stated(read(bytes(render(facts, words))))).toBe(expected(facts));
    }),
    { numRuns: 600 },
  );
});

test("a page cut off anywhere is refused or complete, never half of itself", () => {
  const point = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      randomFacts,
      fc.constantFrom(...FORMS),
      fc.constantFrom(...LANGUAGES),
      point,
      (facts, { render }, words, at) => {
        const text = render(facts, words);
        const result = readPage(bytes(text.slice(0, Math.floor(text.length * at))));
        if (!result.ok) return;
        const { input, output } = result.page;
        expect(stated({ ...result.page, example: undefined })).toBe(
          expected({ ...facts, example: null, ...(output === undefined ? { output: null } : {}) }),
        );
        expect(input).toBeDefined();
      },
    ),
    { numRuns: 600 },
  );
});

test("the view of a source that was cut in its head is refused: what a script holds is not shown", () => {
  const { render } = FORMS.find(({ name }) => name === "the view of a page's source")!;
  const view = render(SAMPLE, LANGUAGES[0]!);
  const head = view.slice(0, view.indexOf("&lt;/head"));
  expect(head).toContain("not_this");
  expect(readPage(bytes(head)).ok).toBe(false);
});
