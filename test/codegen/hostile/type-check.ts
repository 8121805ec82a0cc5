import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");

/** The two compilers that everything emitted must pass. */
export const compilers = ["typescript", "typescript7"] as const;

/** A folder inside the repository, so that emitted files can reach the client's sources. Removed by `close`. */
export interface Workshop {
  readonly folder: string;
  /** What emitted modules import their types from. */
  readonly runtime: string;
  readonly write: (files: ReadonlyMap<string, string>) => void;
  /** Checks every TypeScript file of the folder in one program and gives the compiler's complaints, one a line; also those that ask not to be checked. */
  readonly check: (compiler: (typeof compilers)[number]) => readonly string[];
  /** Compiles every file to JavaScript under `js/`. */
  readonly build: () => readonly string[];
  readonly close: () => void;
}

export function openWorkshop(): Workshop {
  mkdirSync(join(root, ".cache"), { recursive: true });
  const folder = mkdtempSync(join(root, ".cache/workshop-"));
  const settings = {
    extends: "../../tsconfig.base.json",
    compilerOptions: { noEmit: true, rootDir: "../..", outDir: "js", declaration: true, types: [] },
    include: ["**/*.ts"],
    exclude: ["js"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  const run = (compiler: string, ...more: readonly string[]): readonly string[] => {
    demandChecks(folder);
    const program = join(root, "node_modules", compiler, "bin/tsc");
    const { stdout, stderr, error } = spawnSync(
      process.execPath,
      [program, "-p", folder, "--pretty", "false", ...more],
      {
        encoding: "utf8",
        maxBuffer: 1e8,
      },
    );
    if (error !== undefined) throw error;
    return `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
  };
  return {
    folder,
    runtime: "../../src/input/standard.js",
    write: (files) => {
      for (const [path, text] of files) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
    },
    check: (compiler) => run(compiler),
    build: () => run("typescript7", "--noEmit", "false"),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The catalogue spares the programs of others; what it would hide from them must not be there. */
function demandChecks(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts")) continue;
    const text = readFileSync(join(folder, name), "utf8");
    const checked = text.replace(/^\/\/ @ts-nocheck.*\n/gm, "");
    if (checked !== text) writeFileSync(join(folder, name), checked);
  }
}
