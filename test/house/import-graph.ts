import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import ts from "typescript";
import { parseFile, readText, root, listNodes } from "./source-files.js";

/** Who imports whom: files or rooms. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** What a file imports as it is written there: values and types, static and dynamic. */
export function listSpecifiers(file: string): string[] {
  return listNodes(parseFile(file)).flatMap((node) => {
    const specifier = specifierOf(node);
    return specifier && ts.isStringLiteralLike(specifier) ? [specifier.text] : [];
  });
}

function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return node.arguments[0];
  return undefined;
}

/** The project's own files that a file imports. A `#name` stands for the file that all platforms without Node load. */
export function listImports(file: string): string[] {
  return listSpecifiers(file).flatMap((specifier) => {
    if (specifier.startsWith("#")) return [mappedFile(specifier)];
    if (!specifier.startsWith(".")) return [];
    const path = posix.join(posix.dirname(file), specifier).replace(/\.js$/, ".ts");
    if (!existsSync(join(root, path))) throw new Error(`${file} imports ${specifier}, which is not there.`);
    return [path];
  });
}

function mappedFile(specifier: string): string {
  const { imports } = JSON.parse(readText("package.json")) as {
    readonly imports: { readonly [specifier: string]: { readonly types: string } };
  };
  return imports[specifier]!.types.replace(/^\.\/dist\//, "").replace(/\.d\.ts$/, ".ts");
}

export function graphOfFiles(files: readonly string[]): Graph {
  return new Map(files.map((file) => [file, new Set(listImports(file))]));
}

/** The same arrows between groups of files; arrows within a group are left out. */
export function groupGraph(graph: Graph, groupOf: (file: string) => string): Graph {
  const groups = new Map<string, Set<string>>();
  for (const [file, imported] of graph) {
    const targets = groups.get(groupOf(file)) ?? new Set();
    groups.set(groupOf(file), targets);
    for (const target of imported) if (groupOf(target) !== groupOf(file)) targets.add(groupOf(target));
  }
  return groups;
}

/** Circles as lists whose last name is the first again: at least one of each knot that there is. */
export function findCircles(graph: Graph): string[][] {
  const circles: string[][] = [];
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) return void circles.push([...path.slice(path.indexOf(name)), name]);
    if (done.has(name)) return;
    for (const target of graph.get(name) ?? []) visit(target, [...path, name]);
    done.add(name);
  };
  for (const name of graph.keys()) visit(name, []);
  return circles;
}

/** The longest chain of arrows, from the top down. Of a graph without circles. */
export function findLongestChain(graph: Graph): string[] {
  const chains = new Map<string, string[]>();
  const chainFrom = (name: string): string[] => {
    const known = chains.get(name);
    if (known) return known;
    chains.set(name, [name]);
    const below = [...(graph.get(name) ?? [])].map(chainFrom);
    const chain = [
      name,
      ...below.reduce((longest, one) => (one.length > longest.length ? one : longest), []),
    ];
    chains.set(name, chain);
    return chain;
  };
  return [...graph.keys()]
    .map(chainFrom)
    .reduce((longest, one) => (one.length > longest.length ? one : longest), []);
}
