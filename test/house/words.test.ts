import { posix } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { listFiles, parseFile, placeOf, readText, listNodes } from "./source-files.js";

interface Word {
  readonly name: string;
  readonly pattern: RegExp;
  readonly instead: string;
}

const word = (name: string, pattern: RegExp, instead: string): Word => ({ name, pattern, instead });

/** Files that speak of public names with a good use of their own: the verdict on an address, and old names of options. */
const isPublicUse = (place: string, pattern: RegExp): boolean =>
  (/^src\/node\/|^docs\/public-surface\.md/.test(place) && pattern.test("verdict")) ||
  (/^src\/(?:cli\/tool-syntax|emulator\/option-check)\.ts/.test(place) && pattern.test("oddities"));

/**
 * Words that this project once used in a sense of its own, and the usual words for the same things. Only words without a
 * second, good use are listed. Names are compared word by word in lower case: `minGapMs` is "min gap ms".
 */
const names: readonly Word[] = [
  word(
    "look",
    /\blook at (?:status|result)\b|\blooks per\b|\b(?:last|next|one) look\b/,
    "poll, status request",
  ),
  word("gap", /\b(?:min|max) gap\b/, "minPollIntervalMs, maxPollIntervalMs"),
  word("pace", /\bpaces?\b/, "rate limiter"),
  word("seat", /\bseats?\b/, "waiter"),
  word("born", /\bborn\b/, "createdAt"),
  word("flight", /(?<!\bsingle )\bflights?\b/, "exchange"),
  word("departure", /\bdepartures?\b/, "outgoing request"),
  word("verdict", /\bverdicts?\b/, "outcome"),
  word("adopt", /\badopt(?:s|ed)?\b/, "recover the id"),
  word("believes", /\bbelieves\b/, "acceptsErrorBody"),
  word("forgives", /\bforgives\b/, "retryOn404"),
  word("misfit", /\bmisfits?\b/, "mismatch"),
  word("twins", /\btwins?\b/, "duplicates"),
  word("spoil", /\bspoil(?:s|t)?\b/, "apply fault"),
  word("oddities", /\boddit(?:y|ies)\b/, "quirks"),
  word("mishaps", /\bmishaps?\b/, "callback errors"),
  word("mend", /\bmend(?:s|ed)?\b/, "fix"),
];

const prose: readonly Word[] = [
  word("minGapMs", /\b(?:minGapMs|maxGapMs|looksPerSecond)\b(?!: ")/, "minPollIntervalMs, requestsPerSecond"),
  word("look", /\b(?:a|each|every|the|last|next|first|one) looks?\b/i, "poll, status request"),
  word("verdict", /\bverdicts?\b/i, "outcome"),
  word("misfit", /\bmisfits?\b/i, "mismatch"),
  word("twins", /\btwins?\b/i, "duplicates"),
  word("spoil", /\bspoil(?:s|t|ed|ing)?\b/i, "apply fault"),
  word("oddities", /\boddit(?:y|ies)\b/i, "quirks"),
  word("mishaps", /\bmishaps?\b/i, "callback errors"),
  word("mend", /\bmend(?:s|ed|ing)?\b/i, "fix"),
  word("makes no sense", /\bmakes? no sense\b|\bwithout sense\b/i, "could not be understood"),
  word("is none", /\bthat is none\b/i, "invalid"),
];

const sources = ["src", "codegen", "mcp", "studio"].flatMap((folder) => [
  ...listFiles(folder, ".ts"),
  ...listFiles(folder, ".tsx"),
]);
const documents = [
  ...listFiles("docs", ".md"),
  ...listFiles("codegen", ".md"),
  ...listFiles("mcp", ".md"),
  "README.md",
  "CONTRIBUTING.md",
];

interface Place {
  readonly place: string;
  readonly text: string;
}

/** A name as single words: `minGapMs` and `min-gap-ms` are "min gap ms". */
const splitName = (name: string): string =>
  name
    .replace(/([a-z0-9])(?=[A-Z])|[-_]+/g, "$1 ")
    .toLowerCase()
    .trim();

/** A renamed option keeps its old name in one place: where the new name is told, as `minGapMs: "minPollIntervalMs"`. */
const tellsNewName = (node: ts.Node): boolean =>
  ts.isPropertyAssignment(node.parent) &&
  node.parent.name === node &&
  ts.isStringLiteral(node.parent.initializer) &&
  node.parent.initializer.text !== "";

const listNames = (file: string): Place[] => {
  const tree = parseFile(file);
  const inside = listNodes(tree)
    .filter((node) => ts.isIdentifier(node) && !tellsNewName(node))
    .map((node) => ({ place: placeOf(tree, node.getStart(tree)), text: splitName(node.getText(tree)) }));
  return [{ place: file, text: splitName(posix.basename(file, ".ts")) }, ...inside];
};

const namePlaces = sources.flatMap(listNames);
const lines = [...sources, ...documents].flatMap((file) =>
  readText(file)
    .split("\n")
    .map((text, at): Place => ({ place: `${file}:${at + 1}`, text })),
);

const find = (places: readonly Place[], pattern: RegExp): string[] => [
  ...new Set(
    places
      .filter(({ place, text }) => pattern.test(text) && !isPublicUse(place, pattern))
      .map(({ place, text }) => `${place}: ${text.trim()}`),
  ),
];

test.each(names)("no name of src, codegen and mcp has the word $name: write $instead", ({ pattern }) => {
  expect(find(namePlaces, pattern)).toEqual([]);
});

test.each(prose)(
  "no text of src, codegen, mcp and the documents says $name: write $instead",
  ({ pattern }) => {
    expect(find(lines, pattern)).toEqual([]);
  },
);
