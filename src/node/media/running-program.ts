import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** The facts about the running program that decide if its executable can run a file of ours. Tests give their own. */
export interface RunningProgram {
  readonly execPath: string;
  readonly versions: { readonly [name: string]: string | undefined };
  /** Marks that packers leave: the properties of `process` and of the global object. */
  readonly marks: { readonly pkg?: unknown; readonly nexe?: unknown; readonly boxednode?: unknown };
  readonly isSingleExecutable: boolean;
  /** The main file as Bun names it. */
  readonly bunMain?: string | undefined;
  /** True in a program that Deno has compiled. */
  readonly isCompiledDeno?: boolean | undefined;
}

/** Reads the facts about this program. */
export async function readProgram(): Promise<RunningProgram> {
  const {
    pkg,
    __nexe: nexe,
    boxednode,
  } = process as { pkg?: unknown; __nexe?: unknown; boxednode?: unknown };
  const { Bun, Deno } = globalThis as {
    readonly Bun?: { readonly main?: string };
    readonly Deno?: { readonly build?: { readonly standalone?: boolean } };
  };
  return {
    execPath: process.execPath,
    versions: process.versions,
    marks: { pkg, nexe, boxednode },
    isSingleExecutable: await import("node:sea").then(
      ({ isSea }) => isSea(),
      () => false,
    ),
    bunMain: Bun?.main,
    isCompiledDeno: Deno?.build?.standalone,
  };
}

/**
 * Says why a second process must not be started: started with a file of ours, an executable that is no plain Node, Deno or Bun would
 * run its own program once more, and that program may pay for jobs. Gives `undefined` where the executable is plain.
 */
export function findObstacle(program: RunningProgram): string | undefined {
  const { versions, marks } = program;
  if (program.isSingleExecutable) return "this program is a single executable";
  if (versions["electron"] !== undefined) return "this program runs in Electron";
  if (versions["nw"] !== undefined) return "this program runs in NW.js";
  if (Object.values(marks).some((mark) => mark !== undefined)) return "this program was packed into one file";
  if (program.isCompiledDeno || /^(\/\$bunfs|[a-z]:[\\/]~bun)/i.test(program.bunMain ?? ""))
    return "this program was compiled into one file";
  const plain = versions["bun"] ? "bunx?" : versions["deno"] ? "deno" : "node(js)?";
  const name = basename(program.execPath.replaceAll("\\", "/"));
  const isPlain = new RegExp(`^${plain}(-?v?\\d+(\\.\\d+)*)?(\\.exe)?$`, "i").test(name);
  return isPlain ? undefined : `this program runs in ${JSON.stringify(name)}, which is not plain Node`;
}

/** The options with which another process finds packages as this one does: under Yarn's Plug'n'Play they are in archives. */
export function findPackageHooks(): string[] {
  if (process.versions["pnp"] === undefined) return [];
  const api = createRequire(import.meta.url).resolve("pnpapi");
  const loader = join(dirname(api), ".pnp.loader.mjs");
  const isModule = existsSync(loader);
  return ["--require", api, ...(isModule ? ["--experimental-loader", pathToFileURL(loader).href] : [])];
}
