import { execFile } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

/** The folder of this project. */
export const root = join(import.meta.dirname, "../..");

/** A package as `npm publish` would send it. */
export interface Packed {
  readonly name: string;
  readonly tarball: string;
  /** Its files, from the package's own folder. */
  readonly files: readonly string[];
  readonly manifest: Manifest;
}

/** What the tests read in a package.json. */
export interface Manifest {
  readonly version: string;
  readonly license: string;
  readonly sideEffects: unknown;
  readonly exports: { readonly [subpath: string]: string | { readonly [condition: string]: string | null } };
  readonly bin: { readonly [name: string]: string };
  readonly scripts?: { readonly [name: string]: string };
  readonly dependencies?: { readonly [name: string]: string };
  readonly peerDependencies?: { readonly [name: string]: string };
}

/** Everything that a test file needs, made once and removed at its end. */
export interface Workshop {
  readonly folder: string;
  readonly models: Packed;
  readonly codegen: Packed;
  readonly mcp: Packed;
  readonly remove: () => void;
}

/** What a command printed and how it ended. */
export interface Ending {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const execute = promisify(execFile);

/** Runs a program to its end; a failure is an ending as well. */
export const run = async (
  program: string,
  words: readonly string[],
  cwd: string,
  env: { readonly [name: string]: string } = {},
): Promise<Ending> => {
  try {
    const done = await execute(program, words, { cwd, env: { ...process.env, ...env }, maxBuffer: 2 ** 26 });
    return { code: 0, ...done };
  } catch (error) {
    const failed = error as Ending;
    if (typeof failed.code !== "number") throw error;
    return { code: failed.code, stdout: failed.stdout, stderr: failed.stderr };
  }
};

/** Packs all packages the way npm does, builds first where something changed. */
export const openWorkshop = async (): Promise<Workshop> => {
  const folder = mkdtempSync(join(tmpdir(), "runcomfy-package-"));
  const packed = await run("npm", ["pack", "--pack-destination", folder, ".", "./codegen", "./mcp"], root);
  if (packed.code !== 0) throw new Error(`npm pack ended with ${packed.code}:\n${packed.stderr}`);
  const find = (name: string): Promise<Packed> => {
    const file = readdirSync(folder).find((one) => one.startsWith(name) && one.endsWith(".tgz"));
    if (file === undefined) throw new Error(`npm pack made no tarball of ${name}.`);
    return readTarball(name, join(folder, file));
  };
  return {
    folder,
    models: await find("runcomfy-models"),
    codegen: await find("runcomfy-codegen"),
    mcp: await find("runcomfy-mcp"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};

const readTarball = async (name: string, tarball: string): Promise<Packed> => {
  const list = await run("tar", ["-tzf", tarball], dirname(tarball));
  const manifest = await run("tar", ["-xzOf", tarball, "package/package.json"], dirname(tarball));
  return {
    name,
    tarball,
    files: list.stdout
      .trim()
      .split("\n")
      .map((path) => path.replace(/^package\//, ""))
      .sort(),
    manifest: JSON.parse(manifest.stdout) as Manifest,
  };
};

/**
 * A project of its own that has installed the packages: unpacked from their tarballs, with exactly the dependencies that their
 * manifests name (taken from this project's node_modules, so that no network is needed) and nothing of this project in reach.
 */
export const makeConsumer = async (
  workshop: Workshop,
  name: string,
  files: { readonly [path: string]: string },
  packages: readonly Packed[] = [workshop.models],
): Promise<string> => {
  const folder = join(workshop.folder, name);
  for (const packed of packages) {
    const place = join(folder, "node_modules", packed.name);
    mkdirSync(place, { recursive: true });
    await run("tar", ["-xzf", packed.tarball, "--strip-components=1", "-C", place], folder);
    for (const dependency of Object.keys(packed.manifest.dependencies ?? {}))
      linkDependency(folder, dependency);
  }
  writeFiles(folder, { "package.json": JSON.stringify({ private: true, type: "module" }), ...files });
  return folder;
};

/** Links a package of this project's node_modules into a consumer's; what it needs itself lies beside its real place. */
export const linkDependency = (folder: string, name: string): void => {
  const place = join(folder, "node_modules", name);
  mkdirSync(dirname(place), { recursive: true });
  try {
    symlinkSync(join(root, "node_modules", name), place, "junction");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
};

const writeFiles = (folder: string, files: { readonly [path: string]: string }): void => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
};

/** The two compilers: TypeScript 5.9 and 7. */
export const compilers = ["typescript", "typescript7"] as const;

/** Type-checks a consumer; gives the compiler's lines, none when all is well. */
export const typeCheck = async (
  folder: string,
  compiler: (typeof compilers)[number],
  options: { readonly [name: string]: unknown },
): Promise<string[]> => {
  const config = `tsconfig.${compiler}.${basename(String(options["moduleResolution"]))}.json`;
  writeFiles(folder, {
    [config]: JSON.stringify({
      compilerOptions: {
        target: "es2022",
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        verbatimModuleSyntax: true,
        resolveJsonModule: true,
        skipLibCheck: false,
        noEmit: true,
        types: [],
        ...options,
      },
      include: ["src"],
    }),
  });
  const tsc = join(root, "node_modules", compiler, "bin/tsc");
  const { stdout } = await run(process.execPath, [tsc, "-p", config, "--pretty", "false"], folder);
  return stdout.split("\n").filter(Boolean);
};

/** The files of a model module that a catalogue of ids could name, as subpaths of the package. */
export const modelSubpaths = (packed: Packed): string[] =>
  packed.files
    .filter((path) => path.startsWith("dist/generated/models/") && path.endsWith(".js"))
    .map((path) => `./models/${path.slice("dist/generated/models/".length, -".js".length)}`);

/** A file of this project, as text. */
export const readText = (path: string): string => readFileSync(join(root, path), "utf8");
