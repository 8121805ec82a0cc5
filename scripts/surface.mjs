// npm run surface: writes docs/public-surface.md, the report of every name that the packages offer. A test fails while the report and
// the packages differ, so that no name comes, goes or changes without being seen in a diff.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const title = `# The public surface

Every name that \`runcomfy-models\` and \`runcomfy-codegen\` offer, as their declarations stand in the packages. Made by \`npm run surface\`; a
test fails while this report and the packages differ. Commit it with the change that it tells of, and name the change in CHANGELOG.md.
`;

const printer = ts.createPrinter({ removeComments: true });

/** The statement that declares a name: of a constant the whole `declare const`. */
const statementOf = (declaration) =>
  ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;

const printDeclaration = (declaration) => {
  const node = statementOf(declaration);
  return printer
    .printNode(ts.EmitHint.Unspecified, node, node.getSourceFile())
    .replace(/^export /, "")
    .replace(/^declare /, "");
};

/** Names that a declaration mentions, as symbols. */
const mentionedIn = (node, checker) => {
  const found = [];
  const visit = (inner) => {
    if (ts.isIdentifier(inner)) {
      const symbol = checker.getSymbolAtLocation(inner);
      if (symbol) found.push(resolve(symbol, checker));
    }
    ts.forEachChild(inner, visit);
  };
  visit(node);
  return found;
};

const resolve = (symbol, checker) =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

/** Declarations of whole names (no members, no parameters) in a package's hand-written part. */
const topLevel = (symbol, folder) =>
  (symbol.declarations ?? []).filter(
    (one) =>
      [`${folder}/dist/src/`, `${folder}/dist/codegen/`].some((start) =>
        one.getSourceFile().fileName.startsWith(start),
      ) && ts.isSourceFile(statementOf(one).parent),
  );

const block = (lines) => `\`\`\`ts\n${lines.join("\n")}\n\`\`\`\n`;

const describeEntry = (file, folder, program, offered) => {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(source));
  const lines = exported
    .map((symbol) => ({ name: symbol.name, symbol: resolve(symbol, checker) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, symbol }) => {
      offered.add(symbol);
      const declared = topLevel(symbol, folder);
      return declared.length > 0 ? declared.map(printDeclaration) : [`// ${name}: generated`];
    });
  return block(lines);
};

/** Types that no subpath exports and that signatures mention all the same: they are public in effect. */
const describeReached = (offered, folder, checker) => {
  const reached = new Set(offered);
  const queue = [...offered];
  const lines = new Map();
  for (let symbol = queue.shift(); symbol; symbol = queue.shift()) {
    for (const declaration of topLevel(symbol, folder)) {
      if (!offered.has(symbol)) lines.set(symbol.name, printDeclaration(declaration));
      for (const next of mentionedIn(statementOf(declaration), checker)) {
        if (reached.has(next) || topLevel(next, folder).length === 0) continue;
        reached.add(next);
        queue.push(next);
      }
    }
  }
  return [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
};

const describePattern = (subpath, pattern, folder) => {
  const [before, after] = pattern.split("*");
  const names = new Set();
  for (const path of readdirSync(join(folder, before), { recursive: true })) {
    const text = path.endsWith(after) ? readFileSync(join(folder, before, path), "utf8") : "";
    for (const [, name] of text.matchAll(/^export (?:declare )?(?:const|interface|type) (\w+)/gm))
      names.add(name);
  }
  return `Each module exports ${Array.from(names)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => `\`${name}\``)
    .join(", ")}.\n`;
};

/** The report of the packages that lie in the folders. */
export const describeSurface = (...folders) => [title, ...folders.map(describePackage)].join("\n");

const describePackage = (folder) => {
  const place = folder.split(sep).join("/");
  const { name: packageName, exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const typesOf = (entry) => (typeof entry === "string" ? undefined : entry.types);
  const files = Object.values(exports)
    .map(typesOf)
    .filter((path) => path && !path.includes("*"))
    .map((path) => `${place}/${path.slice(2)}`);
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    skipLibCheck: true,
    noLib: true,
    types: [],
  });
  const offered = new Set();
  const parts = Object.entries(exports).map(([subpath, entry]) => {
    const types = typesOf(entry);
    const name = subpath.replace(/^\./, packageName);
    const isNodeOnly = typeof entry !== "string" && entry.browser === null;
    const text = !types
      ? "Data.\n"
      : types.includes("*")
        ? describePattern(subpath, types, folder)
        : describeEntry(`${place}/${types.slice(2)}`, place, program, offered);
    return `## ${name}\n\n${isNodeOnly ? "Node only.\n\n" : ""}${text}`;
  });
  const reached = describeReached(offered, place, program.getTypeChecker());
  const rest =
    reached.length > 0 ? [`## Mentioned by ${packageName}, not exported\n\n${block(reached)}`] : [];
  return [...parts, ...rest].join("\n");
};

const isMain = process.argv[1] === fileURLToPath(import.meta.url);
if (isMain) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const path = join(root, "docs/public-surface.md");
  writeFileSync(path, describeSurface(root, join(root, "codegen")));
  console.log(relative(process.cwd(), path));
}
