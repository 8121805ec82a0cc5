import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** The floors of the house, lowest first: a file may import from its own floor and from those below. */
const floors: readonly (readonly [name: string, files: RegExp])[] = [
  [
    "src: words, shapes and time",
    /^src\/(errors|issue|model|platform|time|time-limit|nearest|text|queue|backoff)\.ts$/,
  ],
  [
    "src: pure rules",
    /^src\/(address|answer|json-safety|json-text|json-value|media-reference|misfit|price|standard|status|token|validate)\.ts$/,
  ],
  [
    "src: the wire",
    /^src\/(api|flight|hook|http|input|options|paid-post|settings|surface|node\/paid-post)\.ts$/,
  ],
  ["src: one answer", /^src\/(catalogue-call|looks|verdict)\.ts$/],
  ["src: one errand", /^src\/(cancel|loop|poller|submit|watch)\.ts$/],
  ["src: the job", /^src\/job\.ts$/],
  ["src: the client", /^src\/client\.ts$/],
  ["src: the public names", /^src\/(catalogue|index)\.ts$/],
  ["src: Node's own rooms", /^src\/(node|emulator)\//],
  ["src: the command line", /^src\/cli\//],
  ["codegen: specs", /^codegen\/(spec\/|ir\/names\.ts$)/],
  ["codegen: the intermediate form", /^codegen\/(ir|text)\//],
  ["codegen: targets", /^codegen\/targets\//],
  ["codegen: output", /^codegen\/output\//],
  ["codegen: the live catalogue", /^codegen\/(sync|diff)\//],
  ["codegen: commands", /^codegen\/(diff|generate|import|sync|watch)\.ts$/],
  ["codegen: the command line", /^codegen\/cli\.ts$/],
];

const list = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => posix.join(folder, name.split("\\").join("/")))
    .filter((name) => name.endsWith(".ts") && !name.includes("node_modules/") && !name.includes("/dist/"))
    .sort();

const files = [...list("src"), ...list("codegen")];
const floorOf = (file: string): number => floors.findIndex(([, pattern]) => pattern.test(file));

/** The files of the project that a file imports, types included. */
const importsOf = (file: string): string[] =>
  ts
    .preProcessFile(readFileSync(join(root, file), "utf8"), true, true)
    .importedFiles.map((found) => found.fileName)
    .filter((name) => name.startsWith("."))
    .map((name) => relative(root, join(root, dirname(file), name)).replace(/\.js$/, ".ts"));

describe("the house", () => {
  test("every file stands on a named floor", () => {
    expect(files.filter((file) => floorOf(file) < 0)).toEqual([]);
  });

  test("no import points up", () => {
    const upward = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => floorOf(target) > floorOf(file))
        .map((target) => `${file} -> ${target}`),
    );
    expect(upward).toEqual([]);
  });

  test("the client never imports the generator", () => {
    const crossing = files.filter(
      (file) => file.startsWith("src/") && importsOf(file).some((target) => target.startsWith("codegen/")),
    );
    expect(crossing).toEqual([]);
  });

  test("generated files import each other, and of the client only `defineModel` and types", () => {
    const foreign = list("generated").flatMap((file) =>
      importsOf(file)
        .filter((target) => target !== "src/input/standard.ts" && !target.startsWith("generated/"))
        .map((target) => `${file} -> ${target}`),
    );
    expect(foreign).toEqual([]);
  });

  test("a model and its check could be lifted out: they import nothing else of the client", () => {
    const reach = (file: string, found: Set<string>): Set<string> => {
      if (!found.has(file)) for (const target of importsOf(file)) reach(target, found.add(file));
      return found.add(file);
    };
    const rooms = [...reach("src/input/standard.ts", new Set())].map((file) => dirname(file));
    expect([...new Set(rooms)].sort()).toEqual(["src/errors", "src/input"]);
  });

  test("no two files import each other in a circle", () => {
    const graph = new Map(files.map((file) => [file, importsOf(file)] as const));
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file))
        return void circles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
      if (done.has(file)) return;
      for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(circles).toEqual([]);
  });
});
