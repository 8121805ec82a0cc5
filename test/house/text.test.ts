import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

/** Folders that are made, not written. */
const made = /(?:^|\/)(?:node_modules|dist|\.git|\.cache|demo-output)(?:\/|$)|^docs\/api(?:\/|$)/;

const listFolder = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (made.test(path)) return [];
    return entry.isDirectory() ? listFolder(path) : [path];
  });

/** What git keeps; where there is no git, what lies here. */
const listProject = (): string[] => {
  if (!existsSync(join(root, ".git"))) return listFolder("");
  const kept = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  return kept.split("\0").filter((path) => path !== "" && existsSync(join(root, path)));
};

const project = listProject();
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const isCode = (path: string): boolean => /\.(?:ts|mjs|js)$/.test(path) && !path.startsWith("generated/");
const isText = (path: string): boolean =>
  /\.(?:ts|mts|mjs|js|json|md|yml|hbs|sh)$|^\.ci\//.test(path) && !path.startsWith("test/fixtures/");

/** Each place where a pattern stands in these files, as `file:line`. */
const placesOf = (paths: readonly string[], pattern: RegExp): string[] =>
  paths.flatMap((path) =>
    read(path)
      .split("\n")
      .flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1}: ${line.trim().slice(0, 100)}`] : [])),
  );

const tests = project.filter((path) => path.startsWith("test/") && path.endsWith(".ts"));
const sources = project.filter((path) => /^(?:src|codegen|mcp)\/.*\.ts$/.test(path));

test("no test is left out, and none runs alone", () => {
  expect(placesOf(tests, /\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:only|skip|todo)\b/)).toEqual([]);
});

/** Tests that could take time from the machine; this file holds the patterns. */
const timedTests = tests.filter((path) => path !== "test/house/text.test.ts");

test("no test waits for the wall clock", () => {
  const sleeps =
    /timers\/promises|new Promise\b.*\bset(?:Timeout|Interval)\b|Atomics\.wait\b|AbortSignal\.timeout/;
  expect(placesOf(timedTests, sleeps)).toEqual([]);
  // The judge's stories end at random moments, and its clock runs faster than the machine's; what they claim depends on neither.
  const others = timedTests.filter((path) => !path.startsWith("test/judge/"));
  expect(placesOf(others, /\bset(?:Timeout|Interval)\(/)).toEqual([]);
});

test("no test measures how long something takes: what is claimed of speed stands in bench/", () => {
  // The clock that a test gives to the code under test may be the machine's.
  const measures = /(?<!now: \(\) => )performance\.now|hrtime|console\.time|Date\.now\(\) - [a-z]/;
  expect(placesOf(timedTests, measures)).toEqual([]);
});

test("the only timer of the client is in src/time/clock.ts", () => {
  const timers = /\b(?:setTimeout|setInterval)\s*\(|AbortSignal\.timeout/;
  const client = sources.filter((path) => path.startsWith("src/") && path !== "src/time/clock.ts");
  expect(placesOf(client, timers).filter((place) => !/^\S+ (?:\*|\/\/)/.test(place))).toEqual([]);
});

test("nothing is left to be done later", () => {
  const marks = /\b(?:TO[D]O|FIX[M]E|X{3})\b/;
  expect(placesOf(project.filter(isCode), marks)).toEqual([]);
});

test("lock files name packages, never the address that they came from", () => {
  const locks = project.filter((path) => path.endsWith("package-lock.json"));
  expect(locks).toContain("package-lock.json");
  expect(placesOf(locks, /"resolved": "(?!codegen"|mcp"|test\/react\/react18"|"|\.)/)).toEqual([]);
});

test("nothing names the folder that this clone lies in", () => {
  const above = dirname(root);
  // A folder that every machine has tells nothing of this one.
  const known = ["/", "/tmp", "/home", "/root", "/var/tmp"].includes(above) ? root : above;
  const escaped = `${known}${sep}`.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  expect(placesOf(project.filter(isText), new RegExp(`(?<![\\w.@-])${escaped}`))).toEqual([]);
});

test("no import and no link leaves the project", () => {
  const leaving = project
    .filter((path) => isText(path) && /\.(?:ts|mjs|js|md)$/.test(path))
    .flatMap((path) =>
      [...read(path).matchAll(/(?:from |import\(|\]\()["']?(\.\.?\/[^"'`)\s#]+)/g)]
        .map((match) => join(root, dirname(path), match[1]!))
        .filter((target) => relative(root, target).startsWith(".."))
        .map((target) => `${path} -> ${target}`),
    );
  // Tests hold programs as text, whose imports count from elsewhere.
  expect(leaving.filter((line) => !line.startsWith("test/"))).toEqual([]);
});

test("links in the documentation lead to files that are there", () => {
  const broken = project
    .filter((path) => path.endsWith(".md") && !path.startsWith("test/"))
    .flatMap((path) =>
      [...read(path).matchAll(/\]\((?!https?:|mailto:|#)([^)\s#]+)/g)]
        .map((match) => posix.join(posix.dirname(path), match[1]!))
        .filter((target) => !existsSync(join(root, target)))
        .map((target) => `${path} -> ${target}`),
    );
  expect(broken).toEqual([]);
});
