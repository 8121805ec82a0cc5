// Compiles both packages. Run by `prepare`, so that a fresh clone's commands work right after `npm ci`.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tsc = join(root, "node_modules/typescript/bin/tsc");
for (const project of ["tsconfig.build.json", "codegen/tsconfig.json"]) {
  execFileSync(process.execPath, [tsc, "-p", join(root, project)], { stdio: "inherit", cwd: root });
}

// Templates and the default lifecycle are read at run time, from beside the compiled code.
const targets = join(root, "codegen/targets");
for (const name of readdirSync(targets, { recursive: true })) {
  if (name.endsWith(".hbs")) cpSync(join(targets, name), join(root, "codegen/dist/codegen/targets", name));
}
const lifecycle = join(root, "specs/api.json");
if (existsSync(lifecycle)) cpSync(lifecycle, join(root, "codegen/dist/api.json"));
const specSchema = join(root, "specs/spec.schema.json");
if (existsSync(specSchema)) cpSync(specSchema, join(root, "codegen/dist/spec.schema.json"));
