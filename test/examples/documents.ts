import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");

/** Pages that tools make or that other tests keep. */
const keptElsewhere = ["faults.md", "public-surface.md", "weekly-sync.md"];

/** The documents that people read from the top. */
export const documents = [
  "README.md",
  "CONTRIBUTING.md",
  "examples/README.md",
  ...readdirSync(join(root, "docs"), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".md") && !keptElsewhere.includes(entry.name))
    .map((entry) => `docs/${entry.name}`)
    .sort(),
];

export const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** A block of a document that is kept equal to its source: `<!-- name -->` stands on the line above the fence. */
export interface Block {
  readonly language: string;
  /** What the comment above names; undefined where there is none. */
  readonly name: string | undefined;
  readonly text: string;
}

const fence = /(?:<!-- (\S[^\n]*?) -->\n)?^```(\w*)\n([^]*?)^```$/gm;

export const blocksOf = (path: string): Block[] =>
  [...read(path).matchAll(fence)].map(([, name, language, text]) => ({
    language: language!,
    name,
    text: text!,
  }));

/** With `UPDATE_DOCS=1` the named blocks take the text of their sources. */
export const updateBlocks = (path: string, textOf: (name: string) => string | undefined): void => {
  if (process.env["UPDATE_DOCS"] !== "1") return;
  const before = read(path);
  const after = before.replaceAll(fence, (block, name: string | undefined, language: string) => {
    const text = name === undefined ? undefined : textOf(name);
    return text === undefined ? block : `<!-- ${name} -->\n\`\`\`${language}\n${text}\`\`\``;
  });
  if (after !== before) writeFileSync(join(root, path), after);
};
