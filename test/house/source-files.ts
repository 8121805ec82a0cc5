import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import ts from "typescript";

export const root = join(import.meta.dirname, "../..");

/** Folders that a build or an installation makes. */
const made = new Set(["node_modules", "dist", ".cache"]);

/** All files below a folder of the project whose names end so, as paths from the project's root. */
export function listFiles(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) return made.has(entry.name) ? [] : listFiles(path, ending);
      return path.endsWith(ending) ? [path] : [];
    })
    .sort();
}

export function readText(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

const parsed = new Map<string, ts.SourceFile>();

/** The syntax tree of a file, with links from each node to its parent. */
export function parseFile(path: string): ts.SourceFile {
  let tree = parsed.get(path);
  if (!tree) {
    tree = ts.createSourceFile(path, readText(path), ts.ScriptTarget.ES2022, true);
    parsed.set(path, tree);
  }
  return tree;
}

/** All nodes of a tree, outermost first. */
export function listNodes(tree: ts.SourceFile): ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return nodes;
}

/** All tokens of a tree, signs among them, but for those of doc comments. */
export function* listTokens(node: ts.Node): Generator<ts.Node> {
  const children = node.getChildren().filter((child) => !ts.isJSDoc(child));
  if (children.length === 0) yield node;
  else for (const child of children) yield* listTokens(child);
}

/** `file:line` of a place in a tree. */
export function placeOf(tree: ts.SourceFile, position: number): string {
  return `${tree.fileName}:${tree.getLineAndCharacterOfPosition(position).line + 1}`;
}
