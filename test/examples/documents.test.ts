import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { describe, expect, test } from "vitest";
import { defineDiff } from "../../codegen/commands/diff-command.js";
import { defineGenerate } from "../../codegen/commands/generate-command.js";
import { defineImport } from "../../codegen/commands/import-command.js";
import { defineSync } from "../../codegen/commands/sync-command.js";
import { formatHelp } from "../../mcp/settings/help.js";
import { createProgram } from "../../src/cli/program.js";
import { blocksOf, documents, read, root, updateBlocks } from "./documents.js";
import type { Block } from "./documents.js";

const scripts = new Set(["ts", "js", "mjs", "mts", "tsx", "jsx", "typescript", "javascript"]);

const exampleOf = (name: string): string | undefined =>
  name.startsWith("examples/") && existsSync(join(root, name)) ? read(name) : undefined;

/** What `--help` prints on 80 columns, by the command's words. */
const helpOf = (words: string): string | undefined => {
  const [program, name] = words.replace(/ --help$/, "").split(" ");
  if (!words.endsWith(" --help")) return undefined;
  if (program === "runcomfy-mcp") return formatHelp();
  let text = "";
  const write = (part: string) => {
    text += part;
  };
  const commands =
    program === "runcomfy-codegen"
      ? codegen()
      : createProgram({
          out: (line) => write(`${line}\n`),
          say: () => {},
          announce: () => {},
          announced: () => undefined,
          flush: () => Promise.resolve(undefined),
          live: () => {},
          isWatched: false,
          isScreen: false,
          columns: 80,
          paint: (_style, line) => line,
        });
  const command = name === undefined ? commands : commands.commands.find((one) => one.name() === name);
  if (program === "runcomfy-codegen")
    command?.configureOutput({ writeOut: write, getOutHelpWidth: () => 80 });
  command?.outputHelp();
  return text && `${text.trimEnd()}\n`;
};

const codegen = (): Command => {
  const program = new Command("runcomfy-codegen");
  defineGenerate(program.command("generate"));
  defineImport(program.command("import"));
  defineSync(program.command("sync"));
  defineDiff(program.command("diff"));
  return program;
};

/** A program, or whatever else names its file there. */
const isExample = ({ language, name }: Block): boolean =>
  scripts.has(language) || name?.startsWith("examples/") === true;

const sourceOf = (name: string): string | undefined => exampleOf(name) ?? helpOf(name);

describe.each(documents)("%s", (path) => {
  updateBlocks(path, sourceOf);
  const blocks = blocksOf(path);

  test("shows programs only from examples/, word for word", () => {
    for (const { language, name, text } of blocks.filter(isExample)) {
      expect(name, `a block of ${language} without the name of its example:\n${text}`).toBeDefined();
      expect(exampleOf(name!), `${name} is missing`).toBe(text);
    }
  });

  test("shows help texts as the command prints them", () => {
    for (const { name, text } of blocks.filter((block) => block.name?.endsWith(" --help")))
      expect(text, `stale: UPDATE_DOCS=1 npx vitest run test/examples`).toBe(helpOf(name!));
  });

  test("links to headings that are there", () => {
    const links = [...read(path).matchAll(/\]\(([^)\s#:]*)#([^)\s]+)\)/g)];
    const broken = links.filter(([, file, anchor]) => {
      const target = file ? join(path, "..", file) : path;
      return existsSync(join(root, target)) && !anchorsOf(target).includes(anchor!);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });
});

const anchorsOf = (path: string): string[] =>
  [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-"),
  );

test("the README shows its first program by line 25", () => {
  const lines = read("README.md").split("\n");
  expect(lines.findIndex((line) => line.startsWith("```ts"))).toBeLessThan(25);
  expect(lines.length).toBeLessThan(320);
});

test("the README and the guides fit into 80 columns, but for tables, links and programs", () => {
  const wide = documents
    .filter((path) => !/faults|public-surface|weekly-sync/.test(path))
    .flatMap((path) => {
      const prose = read(path).replaceAll(/^```[^]*?^```$/gm, "");
      return prose.split("\n").filter((line) => line.length > 80 && !/^\||\]\(|^<!--/.test(line));
    });
  expect(wide).toEqual([]);
});

test("every command of the command line is in its reference", () => {
  const shown = blocksOf("docs/command-line.md").map(({ name }) => name);
  const names = createProgram({} as never)
    .commands.map((command) => command.name())
    .filter((name) => name !== "complete" && name !== "help");
  expect(shown).toEqual(expect.arrayContaining(names.map((name) => `runcomfy-models ${name} --help`)));
});

test("every example is shown in a document, and is shorter than 25 lines, workers and servers than 35, an application's parts than 65", () => {
  const shown = new Set(documents.flatMap((path) => blocksOf(path).map(({ name }) => name)));
  const examples = readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(?:m?ts|tsx)$/.test(name))
    .map((name) => `examples/${name.split("\\").join("/")}`);
  expect(examples.filter((path) => !shown.has(path))).toEqual([]);
  const limits = { engines: 35, proxy: 35, app: 65 };
  const mostLines = (path: string): number => limits[path.split("/")[1] as keyof typeof limits] ?? 25;
  expect(examples.filter((path) => read(path).split("\n").length > mostLines(path))).toEqual([]);
});
