import { posix } from "node:path";
import type { ImportForm } from "../target.js";

/** The path of a model's module, relative to the output folder. */
export function modulePath(id: string): string {
  return `models/${id}.ts`;
}

/** Reports whether a path of the output folder is that of a model's module. */
export function isModulePath(path: string): boolean {
  return path.startsWith("models/");
}

/** The specifier by which a file of the output imports another one, both given relative to the output folder. */
export function importPath(from: string, to: string, imports: ImportForm): string {
  const ends = { js: ".js", none: "", ts: ".ts" };
  return seenFrom(from, to.replace(/\.ts$/, ends[imports]));
}

function seenFrom(from: string, to: string): string {
  const up = "../".repeat(from.split("/").length - 1);
  const path = posix.join(up, to);
  return path.startsWith(".") ? path : `./${path}`;
}

/** The specifier by which a file of the output imports the client: a package's name stays, a relative path is seen from the file. */
export function runtimePath(from: string, runtime: string): string {
  return /^\.\.?\//.test(runtime) ? seenFrom(from, runtime) : runtime;
}
