// Compiles both packages. Run by `prepare`, so that a fresh clone's commands work right after `npm ci`; npm runs that again each
// time `npx` links this folder, so nothing is done when nothing has changed.
import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
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

if (!isUpToDate()) {
  rmSync(stamp, { force: true });
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  for (const project of ["tsconfig.build.json", "codegen/tsconfig.json"]) {
    try {
      execFileSync(process.execPath, [tsc, "-p", join(root, project)], { stdio: "inherit", cwd: root });
    } catch {
      process.exit(1);
    }
  }
  // Templates and the default lifecycle are read at run time, from beside the compiled code.
  const targets = join(root, "codegen/targets");
  for (const name of readdirSync(targets, { recursive: true })) {
    if (name.endsWith(".hbs")) cpSync(join(targets, name), join(root, "codegen/dist/codegen/targets", name));
  }
  for (const name of ["api.json", "spec.schema.json"]) {
    cpSync(join(root, "specs", name), join(root, "codegen/dist", name));
  }
  writeFileSync(stamp, "");
}
