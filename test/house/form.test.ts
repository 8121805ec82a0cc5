import { posix } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { listFiles, parseFile, placeOf, readText, listNodes, listTokens } from "./source-files.js";

const mostLinesOfFunction = 60;
const mostLinesOfFile = 250;
const mostRiddles = 0.03;

const client = listFiles("src", ".ts");
const generator = listFiles("codegen", ".ts");
const mcpServer = listFiles("mcp", ".ts");
const page = [...listFiles("studio", ".ts"), ...listFiles("studio", ".tsx")];
const sources = [...client, ...generator, ...mcpServer, ...page];
const packages = [
  ["src", client],
  ["codegen", generator],
  ["mcp", mcpServer],
  ["studio", page],
] as const;

const countLines = (tree: ts.SourceFile, node: ts.Node): number => {
  const lineOf = (position: number): number => tree.getLineAndCharacterOfPosition(position).line;
  return lineOf(node.end) - lineOf(node.getStart(tree)) + 1;
};

describe("size", () => {
  test(`no function is longer than ${mostLinesOfFunction} lines`, () => {
    const long = sources.flatMap((file) => {
      const tree = parseFile(file);
      return listNodes(tree)
        .filter((node) => ts.isFunctionLike(node) && countLines(tree, node) > mostLinesOfFunction)
        .map((node) => `${placeOf(tree, node.getStart(tree))}: ${countLines(tree, node)} lines`);
    });
    expect(long).toEqual([]);
  });

  test(`no file is longer than ${mostLinesOfFile} lines`, () => {
    const long = sources
      .map((file) => ({ file, lines: readText(file).split("\n").length - 1 }))
      .filter(({ lines }) => lines > mostLinesOfFile)
      .map(({ file, lines }) => `${file}: ${lines}`);
    expect(long).toEqual([]);
  });
});

/** Parentheses and types around a value do not change what it is. */
const unwrap = (node: ts.Expression): ts.Expression =>
  ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node)
    ? unwrap(node.expression)
    : node;

describe("functions", () => {
  test("at the top of a file are declarations: tools and stack traces can follow them", () => {
    const assigned = sources.flatMap((file) => {
      const tree = parseFile(file);
      return tree.statements
        .filter(ts.isVariableStatement)
        .flatMap(({ declarationList }) => [...declarationList.declarations])
        .filter(({ initializer }) => {
          const value = initializer && unwrap(initializer);
          return value !== undefined && (ts.isArrowFunction(value) || ts.isFunctionExpression(value));
        })
        .map(
          (declaration) => `${placeOf(tree, declaration.getStart(tree))}: ${declaration.name.getText(tree)}`,
        );
    });
    expect(assigned).toEqual([]);
  });
});

describe("file names", () => {
  test("are lower case, with hyphens", () => {
    expect(sources.filter((file) => !/^[a-z0-9-]+\.tsx?$/.test(posix.basename(file)))).toEqual([]);
  });

  test.for(packages)("occur once in %s, but for the index.ts of an entry of the package", ([, files]) => {
    const entries = Object.values(
      (JSON.parse(readText("package.json")) as { readonly exports: object }).exports,
    ).map((entry) => (entry as { readonly default?: string }).default);
    const isEntry = (file: string): boolean => entries.includes(`./dist/${file.replace(/\.ts$/, ".js")}`);
    const byName = new Map<string, string[]>();
    for (const file of files) {
      const name = posix.basename(file);
      if (name === "index.ts" && isEntry(file)) continue;
      byName.set(name, [...(byName.get(name) ?? []), file]);
    }
    expect([...byName.values()].filter((same) => same.length > 1)).toEqual([]);
  });
});

interface Comment {
  readonly place: string;
  readonly text: string;
}

/** All comments of a file; line comments that follow each other are one. */
const listComments = (file: string): Comment[] => {
  const tree = parseFile(file);
  const ranges = new Map<number, ts.CommentRange>();
  for (const node of listTokens(tree)) {
    // A text or an expression may hold slashes that begin no comment: only what lies between tokens is searched.
    const around = [
      ...(ts.getLeadingCommentRanges(tree.text, node.pos) ?? []),
      ...(ts.getTrailingCommentRanges(tree.text, node.end) ?? []),
    ];
    for (const range of around) ranges.set(range.pos, range);
  }
  const comments: Comment[] = [];
  let before: ts.CommentRange | undefined;
  for (const range of [...ranges.values()].sort((a, b) => a.pos - b.pos)) {
    const isLine = range.kind === ts.SyntaxKind.SingleLineCommentTrivia;
    const goesOn =
      isLine && before?.kind === range.kind && /^\r?\n[ \t]*$/.test(tree.text.slice(before.end, range.pos));
    if (!goesOn) {
      const text = tree.text.slice(range.pos, range.end).replace(/^\/[/*]+[\s*]*/, "");
      comments.push({ place: placeOf(tree, range.pos), text: text.split("\n")[0]!.trim() });
    }
    before = range;
  }
  return comments;
};

describe("comments", () => {
  test.for(packages)("of %s rarely begin with a question's word", ([, files]) => {
    const comments = files.flatMap(listComments);
    const riddles = comments.filter(({ text }) =>
      /^(?:What|Whether|How|Where|Who)(?:ever|m|se)?\b/.test(text),
    );
    const told = riddles.map(({ place, text }) => `${place}: ${text}`).join("\n");
    const figures = `${riddles.length} of ${comments.length}\n${told}`;
    expect(riddles.length / comments.length, figures).toBeLessThanOrEqual(mostRiddles);
  });
});

describe("generated modules", () => {
  test("hold data and types: no cast, no check of a type, and no __proto__", () => {
    const odd = listFiles("generated/models", ".ts").flatMap((file) => {
      const tree = parseFile(file);
      return listNodes(tree)
        .filter(
          (node) =>
            ts.isAsExpression(node) ||
            ts.isSatisfiesExpression(node) ||
            ts.isTypeAssertionExpression(node) ||
            (ts.isPropertyAssignment(node) && node.name.getText(tree).includes("__proto__")),
        )
        .map((node) => `${placeOf(tree, node.getStart(tree))}: ${ts.SyntaxKind[node.kind]}`);
    });
    expect(odd).toEqual([]);
  });
});
