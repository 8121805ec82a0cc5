import { readdirSync, readFileSync } from "node:fs";
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

describe.each(Object.entries(codes))("the page of %s", (code, { severity, why, fix }) => {
  const page = pageOf(code);
  const [before, after] = page.split("## How to fix it") as [string, string];

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
