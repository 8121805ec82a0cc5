// Builds the three packages and the studio's page, and removes what older builds left. Run by `prepare`, so that a fresh clone's commands work right after
// `npm ci`; npm runs that again each time `npx` links this folder, so nothing is done when nothing has changed.
//
// The client is published as a few files, since each module that a program loads costs time: TypeScript checks the sources and writes
// the declarations, esbuild writes the code. The compiler is version 7, which takes a fifth of the time of 5.9. The generator is published as TypeScript compiles it, the page as three files.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { minify } from "terser";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, "dist/.built");
const inputs = [
  "src",
  "studio",
  "generated",
  "codegen",
  "mcp",
  "specs/api.json",
  "specs/spec.schema.json",
  "scripts/build.mjs",
  "tsconfig.base.json",
  "tsconfig.build.json",
  "package.json",
  "node_modules/typescript7/package.json",
  "node_modules/esbuild/package.json",
  "node_modules/preact/package.json",
];
const pageFiles = ["index.html", "icon.svg", "studio.js", "studio.css"];
/** Files that programs start or load by their place and that package.json does not name. */
const startedByPath = [
  "dist/src/cli/main.js",
  "dist/src/emulator/command.js",
  "dist/src/node/media/parser-child.js",
];

/**
 * Sources that are published as one file, by the start of their paths: what checks an input, and what sends a request. Without this each
 * set of sources that the same entries need would be a file, some of a few lines. The error classes are not among them: they run
 * statements when they are loaded, so a bundler could not leave them out of a page that only checks inputs.
 */
const publishedTogether = {
  input: ["src/errors/issue", "src/input/"],
  requests: ["src/options/", "src/protocol/", "src/time/", "src/wire/"],
};

function changedAt(path) {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  const inner = readdirSync(path).filter((name) => name !== "dist" && name !== "node_modules");
  return Math.max(found.mtimeMs, ...inner.map((name) => changedAt(join(path, name))));
}

function isUpToDate() {
  try {
    const builtAt = statSync(stamp).mtimeMs;
    return inputs.every((path) => changedAt(join(root, path)) < builtAt);
  } catch {
    return false;
  }
}

/** Compiles a project; returns the files that belong to it, from the root and without `.ts`. */
function compile(project) {
  const tsc = join(root, "node_modules/typescript7/bin/tsc");
  const { status, stdout } = spawnSync(
    process.execPath,
    [tsc, "-p", join(root, project), "--listFiles", "--pretty", "false"],
    { stdio: ["ignore", "pipe", "inherit"], cwd: root, encoding: "utf8", maxBuffer: 2 ** 28 },
  );
  const lines = stdout.split(/\r?\n/);
  const isFile = (line) => isAbsolute(line) && /\.[cm]?ts$/.test(line);
  for (const line of lines) if (line && !isFile(line)) console.error(line);
  if (status !== 0) process.exit(1);
  return new Set(
    lines.filter(isFile).map((path) => toSlashes(relative(root, path)).replace(/\.[cm]?ts$/, "")),
  );
}

/** The sources of all files that package.json names, and of those that are started by their path. */
function findEntries(sources) {
  const { exports, imports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const targets = [exports, imports].flatMap((map) =>
    Object.values(map).flatMap((entry) => Object.values(entry)),
  );
  const named = new Set(
    [...targets, ...startedByPath].map((path) => /^(?:\.\/)?dist\/(.*)\.js$/.exec(path)?.[1]),
  );
  // Each generated file stays a file: a bundler leaves out the models that a program does not name.
  return [...sources].filter((source) => named.has(source) || source.startsWith("generated/"));
}

/** Lets an import of one source of a group stand for all of the group, so that every entry gets them from the same file. */
function groupSources(sources) {
  const groups = findGroups(sources);
  const groupOf = (path) => groups.get(path.replace(/\.[jt]s$/, ""));
  return {
    name: "group-sources",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\./, namespace: "file" }, ({ kind, path, importer }) => {
        const group = groupOf(join(dirname(importer), path));
        if (kind !== "import-statement" || group === undefined || group === groupOf(importer))
          return undefined;
        return { path: group, namespace: "group" };
      });
      onLoad({ filter: /./, namespace: "group" }, ({ path }) => {
        const files = [...groups].filter(([, group]) => group === path).map(([file]) => `${file}.ts`);
        return {
          contents: files.map((file) => `export * from ${JSON.stringify(file)};`).join("\n"),
          resolveDir: root,
        };
      });
    },
  };
}

/** The group of each source that is published with others, by its absolute path. */
function findGroups(sources) {
  const apart = findApart(sources);
  const entries = Object.entries(publishedTogether).flatMap(([group, starts]) =>
    [...sources]
      .filter((source) => starts.some((start) => source.startsWith(start)) && !apart.has(source))
      .map((source) => [join(root, source), group]),
  );
  return new Map(entries);
}

/** Sources that are a file each: those that programs import by name, and those that are loaded only when they are needed. */
function findApart(sources) {
  const apart = new Set(findEntries(sources));
  for (const source of sources) {
    const text = readFileSync(join(root, `${source}.ts`), "utf8");
    for (const [, path] of text.matchAll(/\bimport\("(\.[^"]+)\.js"\)/g))
      apart.add(toSlashes(join(dirname(source), path)));
  }
  return apart;
}

/** Bundles the client; what several entries need goes into files that they share. Returns the files written, from `dist`. */
async function bundle(sources) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: findEntries(sources).map((entry) => `${entry}.ts`),
    outdir: "dist",
    outbase: ".",
    chunkNames: "src/chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    charset: "utf8",
    packages: "external",
    // The platform chooses among these when the package is used; TypeScript's own map would lead to one of them now.
    external: ["#*"],
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, useDefineForClassFields: true } },
    plugins: [groupSources(sources), includeLibraries()],
    write: false,
    logLevel: "warning",
  });
  const chunks = join(root, "dist/src/chunks");
  return outputFiles.flatMap(({ path, text }) => {
    const code = dropIdleImports(text);
    // A file of types is empty, and still is what package.json names; a shared file without code has no purpose.
    if (code === "" && dirname(path) === chunks) return [];
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
    return toSlashes(relative(join(root, "dist"), path));
  });
}

/** Puts small libraries into the package that only one of its parts needs: whoever installs the client need not install them. */
function includeLibraries() {
  return {
    name: "include-libraries",
    setup({ onResolve }) {
      onResolve({ filter: /^csv-parse$/ }, ({ path }) => ({
        path: fileURLToPath(import.meta.resolve(path)),
      }));
    },
  };
}

/** Removes imports of shared files from which nothing is taken: no source of the client needs to be run for its effects. */
function dropIdleImports(code) {
  const [imports] = /^(?:import (?:"[^"]+"|\{[^}]*\} from "[^"]+");\n)*/.exec(code);
  return imports.replace(/^import "\.[^"]+";\n/gm, "") + code.slice(imports.length);
}

/** Removes the files of a folder that no source stands for, so that a package holds what the sources say and nothing else. */
function prune(dist, isKept) {
  for (const name of readdirSync(join(root, dist), { recursive: true })) {
    const path = join(root, dist, name);
    const isOwn = !name.includes(sep) || isKept(toSlashes(name));
    if (!isOwn && statSync(path, { throwIfNoEntry: false })?.isFile()) rmSync(path);
  }
  removeEmpty(join(root, dist));
}

function removeEmpty(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) removeEmpty(join(folder, entry.name));
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

function toSlashes(path) {
  return path.split(sep).join("/");
}

async function buildClient() {
  const sources = new Set(
    [...compile("tsconfig.build.json")].filter((source) => /^(?:src|generated)\//.test(source)),
  );
  const written = new Set(await bundle(sources));
  await buildPage();
  const isPage = (name) => pageFiles.includes(name.replace(/^studio\//, ""));
  prune("dist", (name) => written.has(name) || isPage(name) || sources.has(/^(.*)\.d\.ts$/.exec(name)?.[1]));
}

/** Bundles the page of the studio: the browser gets these files and no others. */
async function buildPage() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["studio/studio.tsx", "studio/studio.css"],
    outdir: "dist/studio",
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    charset: "utf8",
    jsx: "transform",
    jsxFactory: "h",
    jsxFragment: "Fragment",
    inject: ["studio/app/jsx.ts"],
    legalComments: "none",
    tsconfigRaw: {},
    write: false,
    logLevel: "warning",
  });
  mkdirSync(join(root, "dist/studio"), { recursive: true });
  for (const { path, text } of outputFiles)
    writeFileSync(path, path.endsWith(".js") ? await shrink(text) : text);
  const html = readFileSync(join(root, "studio/index.html"), "utf8");
  writeFileSync(join(root, "dist/studio/index.html"), html.replace(/\n\s*/g, "\n"));
  cpSync(join(root, "studio/icon.svg"), join(root, "dist/studio/icon.svg"));
}

/** What esbuild leaves: about a kilobyte of the page's compressed code. */
async function shrink(code) {
  const { code: small } = await minify(code, {
    module: true,
    compress: {
      passes: 3,
      ecma: 2020,
      pure_getters: true,
      unsafe: true,
      unsafe_arrows: true,
      keep_fargs: false,
      lhs_constants: false,
    },
  });
  return small;
}

/** The folder of a module's package in node_modules, from the root. */
function packageOf(input) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

/**
 * Puts json-schema-to-typescript into the file that imports it, in the fixed versions of this repository and without the formatter that
 * it never uses here. Whoever installs the generator gets no other version of its dependencies.
 */
async function bundleDeclarationLibrary() {
  const outfile = "codegen/dist/codegen/targets/models/declaration-library.js";
  const stub = {
    name: "no-formatter",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^prettier$/ }, () => ({ path: "prettier", namespace: "stub" }));
      onLoad({ filter: /./, namespace: "stub" }, () => ({ contents: "module.exports = {};" }));
    },
  };
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["codegen/targets/models/declaration-library.ts"],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    charset: "utf8",
    minifySyntax: true,
    minifyWhitespace: true,
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    plugins: [stub],
    metafile: true,
    logLevel: "error",
  });
  const packages = [...new Set(Object.keys(metafile.inputs).map(packageOf))]
    .filter(Boolean)
    .sort((a, b) => (a < b ? -1 : 1));
  const licences = packages.map((path) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, path, "package.json"), "utf8"));
    const file = readdirSync(join(root, path)).find((each) => /^licen[cs]e/i.test(each));
    const text = file === undefined ? "" : `\n\n${readFileSync(join(root, path, file), "utf8").trim()}`;
    return `${name} ${version} (${license})${text}\n`;
  });
  writeFileSync(join(root, "codegen/dist/LICENSES.txt"), licences.join("\n---\n\n"));
}

async function buildGenerator() {
  const sources = compile("codegen/tsconfig.json");
  await bundleDeclarationLibrary();
  // Templates and the default lifecycle are read at run time, from beside the compiled code.
  const targets = join(root, "codegen/targets");
  for (const name of readdirSync(targets, { recursive: true })) {
    if (name.endsWith(".hbs")) cpSync(join(targets, name), join(root, "codegen/dist/codegen/targets", name));
  }
  for (const name of ["api.json", "spec.schema.json"]) {
    cpSync(join(root, "specs", name), join(root, "codegen/dist", name));
  }
  const isTemplate = (name) => name.endsWith(".hbs") && existsSync(join(root, name));
  prune("codegen/dist", (name) => isTemplate(name) || sources.has(name.replace(/(?:\.d\.ts|\.js)$/, "")));
}

/** The MCP server is published as TypeScript compiles it, against the client's declarations. */
function buildMcpServer() {
  const sources = compile("mcp/tsconfig.json");
  prune("mcp/dist", (name) => sources.has(`mcp/${name.replace(/\.js$/, "")}`));
}

if (!isUpToDate()) {
  rmSync(stamp, { force: true });
  await buildClient();
  await buildGenerator();
  buildMcpServer();
  writeFileSync(stamp, "");
}
