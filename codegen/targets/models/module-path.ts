import { posix } from "node:path";

/** Where a model's module lies, relative to the output folder. */
export function modulePath(id: string): string {
  return `models/${id}.ts`;
}

/** Whether a path of the output folder is that of a model's module. */
export function isModulePath(path: string): boolean {
  return path.startsWith("models/");
}

/** What a file of the output imports another by, both given relative to the output folder. */
export function importPath(from: string, to: string): string {
  const up = "../".repeat(from.split("/").length - 1);
  const path = posix.join(up, to).replace(/\.ts$/, ".js");
  return path.startsWith(".") ? path : `./${path}`;
}

/** What a file of the output imports the client's types by: a package's name stays, a relative path is seen from the file. */
export function runtimePath(from: string, runtime: string): string {
  return /^\.\.?\//.test(runtime) ? importPath(from, runtime) : runtime;
}
