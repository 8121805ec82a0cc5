import { readFile } from "node:fs/promises";

const packageName = "runcomfy-models";

/** Reads a file of this package, by its path from the package's folder. */
export async function readPackageFile(path: string): Promise<string> {
  return readFile(new URL(path, await findPackageFolder()), "utf8");
}

/**
 * The folder of this package. The sources and the compiled files lie at different depths below it, so each parent folder is tried.
 */
export async function findPackageFolder(): Promise<URL> {
  let folder = new URL(".", import.meta.url);
  for (;;) {
    const manifest = await readManifest(folder);
    if (manifest?.name === packageName) return folder;
    const parent = new URL("..", folder);
    if (parent.href === folder.href) throw new Error(`The folder of ${packageName} was not found.`);
    folder = parent;
  }
}

/** This package's version; `"unknown"` in a copy whose package.json is missing or has another name. */
export async function readVersion(): Promise<string> {
  const text = await readPackageFile("package.json").catch(() => undefined);
  return text === undefined ? "unknown" : (JSON.parse(text) as { version: string }).version;
}

async function readManifest(folder: URL): Promise<{ readonly name?: string } | undefined> {
  const text = await readFile(new URL("package.json", folder), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as { name?: string });
}
