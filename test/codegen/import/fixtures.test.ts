import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { importPages } from "../../../codegen/import/page-import.js";
import { SAMPLE } from "./facts.js";

const pages = fileURLToPath(new URL("../../fixtures/pages/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "pages-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const names = readdirSync(pages).filter((name) => /^\d/.test(name));

test("the saved pages cover eleven languages and three kinds of file", () => {
  const parts = names.map((name) => /^\d+-(.*)\.(\w+)$/.exec(name) ?? []);
  expect(new Set(parts.map(([, tag]) => tag)).size).toBe(11);
  expect(new Set(parts.map(([, , kind]) => kind))).toEqual(new Set(["txt", "md", "html"]));
});

test.each(names)("%s gives the same facts as every other page", async (name) => {
  const specs = join(folder, name);
  const outcome = await importPages({
    files: [join(pages, name)],
    specs,
    today: "2026-01-02",
    stdin: () => Promise.reject(new Error("nothing is piped")),
    print: () => {},
    warn: () => {},
  });
  expect(outcome).toMatchObject({ exitCode: 0, pages: [{ state: "created", id: SAMPLE.id, remarks: [] }] });
  const spec = readFileSync(join(specs, `${SAMPLE.id}.json`), "utf8");
  expect(spec).toContain(`"language": "${/-(.*)\./.exec(name)?.[1]}"`);
  expect(spec).toContain(`  "input": ${SAMPLE.input.replaceAll("\n", "\n  ")}`);
  expect(spec).toContain(`  "example": ${SAMPLE.example?.replaceAll("\n", "\n  ")}`);
});
