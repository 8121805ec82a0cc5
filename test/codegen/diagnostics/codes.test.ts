import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { normalize } from "../../../codegen/ir/spec-normalization.js";
import { codes } from "../../../codegen/diagnostics/codes.js";
import { formatDiagnostic } from "../../../codegen/diagnostics/diagnostic.js";
import type { Diagnostic } from "../../../codegen/diagnostics/diagnostic.js";
import { locateDiagnostics, readSpecs } from "../../../codegen/specs/read/spec-reading.js";
import { makeFolder } from "../generate/temporary.js";

const folder = join(import.meta.dirname, "../../../docs/diagnostics");
const pageOf = (code: string): string => readFileSync(join(folder, `${code}.md`), "utf8");

/** The spec files that a part of a page shows. */
const filesIn = (text: string): { [path: string]: string } =>
  Object.fromEntries(
    [...text.matchAll(/`(specs\/[^`]+)`:\n\n```json\n([^]*?)\n```/g)].map(([, path, json]) => [path!, json!]),
  );

const diagnosticsOf = (files: { [path: string]: string }): Diagnostic[] => {
  const root = makeFolder(files);
  const before = process.cwd();
  process.chdir(root);
  try {
    const { specs, diagnostics } = readSpecs("specs");
    return [...diagnostics, ...locateDiagnostics(normalize(specs).diagnostics, specs)];
  } finally {
    process.chdir(before);
  }
};

/** Codes that come from folders and runs; the tests of reading and generating bring them about. */
const withoutSpec = [
  "no-specs",
  "link-outside",
  "too-large",
  "output-folder",
  "foreign-file",
  "link-in-output",
  "bad-manifest",
  "emit-failed",
];

test("every code has a page, and every page a code", () => {
  const pages = readdirSync(folder).filter((name) => name !== "README.md");
  expect(pages.sort()).toEqual(
    Object.keys(codes)
      .map((code) => `${code}.md`)
      .sort(),
  );
});

/** A page with its facts as the table of codes has them; what happened and the two specs are written by hand. */
const makePage = (code: keyof typeof codes, page: string): string => {
  const { severity, why, fix } = codes[code];
  const [before, after] = page.split("## How to fix it") as [string, string];
  const [, sentence = ""] = /\*\*(?:Error|Warning)\.\*\* (.*)/.exec(before) ?? [];
  const shown = withoutSpec.includes(code) ? undefined : diagnosticsOf(filesIn(before))[0];
  const [specs = ""] = before.slice(before.indexOf("## Example")).split("\nis reported as\n");
  const printed =
    shown && `${specs.trimEnd()}\n\nis reported as\n\n\`\`\`text\n${formatDiagnostic(shown)}\n\`\`\`\n\n`;
  const corrected = after.slice(after.indexOf("\n`specs/"));
  return [
    `# ${code}\n\n**${severity === "error" ? "Error" : "Warning"}.** ${sentence}\n`,
    `\n## Why it matters\n\n${why}\n\n${printed ?? ""}`,
    `## How to fix it\n\n${fix}\n${printed === undefined ? "" : corrected}`,
  ].join("");
};

describe.each(Object.entries(codes))("the page of %s", (code, { severity, why, fix }) => {
  const page = pageOf(code);
  const [before, after] = page.split("## How to fix it") as [string, string];

  test("is made from the table of codes", () => {
    const made = makePage(code as keyof typeof codes, page);
    if (process.env["UPDATE_DOCS"]) writeFileSync(join(folder, `${code}.md`), made);
    else expect(page).toBe(made);
  });

  test("says how bad it is, why it matters and how to fix it, as the command does", () => {
    expect(page).toContain(`# ${code}\n\n**${severity === "error" ? "Error" : "Warning"}.** `);
    expect(before).toContain(why);
    expect(after).toContain(fix);
  });

  if (!withoutSpec.includes(code)) {
    test("shows a spec that brings it about, what is printed then, and the same spec corrected", () => {
      const found = diagnosticsOf(filesIn(before));
      expect(found.map((diagnostic) => diagnostic.code)).toEqual([code]);
      expect(before).toContain(`\`\`\`text\n${formatDiagnostic(found[0]!)}\n\`\`\``);
      expect(Object.keys(filesIn(after))).not.toEqual([]);
      expect(diagnosticsOf(filesIn(after))).toEqual([]);
    });
  }
});
