// Compiles both packages and removes what older builds left. Run by `prepare`, so that a fresh clone's commands work right after
// `npm ci`; npm runs that again each time `npx` links this folder, so nothing is done when nothing has changed.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, rmSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, "dist/.built");
const inputs = [
  "src",
  "generated",
  "codegen",
  "specs/api.json",
  "specs/spec.schema.json",
  "scripts/build.mjs",
  "tsconfig.base.json",
  "tsconfig.build.json",
  "package.json",
  "node_modules/typescript/package.json",
];

const changedAt = (path) => {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  const inner = readdirSync(path).filter((name) => name !== "dist" && name !== "node_modules");
  return Math.max(found.mtimeMs, ...inner.map((name) => changedAt(join(path, name))));
};

const isUpToDate = () => {
  try {
    const builtAt = statSync(stamp).mtimeMs;
    return inputs.every((path) => changedAt(join(root, path)) < builtAt);
  } catch {
    return false;
  }
};

/** Compiles a project; gives the files that belong to it, from the root and without `.ts`. */
const compile = (project) => {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
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
    lines.filter(isFile).map((path) =>
      relative(root, path)
        .split(sep)
        .join("/")
        .replace(/\.[cm]?ts$/, ""),
    ),
  );
};

/** Removes compiled files whose source is gone, so that a package holds what the sources say and nothing else. */
const prune = (dist, sources) => {
  for (const name of readdirSync(join(root, dist), { recursive: true })) {
    const from = name.split(sep).join("/");
    const isCompiled = sources.has(from.replace(/(?:\.d\.ts|\.js)$/, ""));
    const isKept =
      isCompiled || /^[^/]*$/.test(from) || (from.endsWith(".hbs") && existsSync(join(root, from)));
    const path = join(root, dist, name);
    if (!isKept && statSync(path, { throwIfNoEntry: false })?.isFile()) rmSync(path);
  }
  removeEmpty(join(root, dist));
};

const removeEmpty = (folder) => {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) removeEmpty(join(folder, entry.name));
  if (readdirSync(folder).length === 0) rmdirSync(folder);
};

if (!isUpToDate()) {
  rmSync(stamp, { force: true });
  prune("dist", compile("tsconfig.build.json"));
  const generator = compile("codegen/tsconfig.json");
  // Templates and the default lifecycle are read at run time, from beside the compiled code.
  const targets = join(root, "codegen/targets");
  for (const name of readdirSync(targets, { recursive: true })) {
    if (name.endsWith(".hbs")) cpSync(join(targets, name), join(root, "codegen/dist/codegen/targets", name));
  }
  for (const name of ["api.json", "spec.schema.json"]) {
    cpSync(join(root, "specs", name), join(root, "codegen/dist", name));
  }
  prune("codegen/dist", generator);
  writeFileSync(stamp, "");
}
