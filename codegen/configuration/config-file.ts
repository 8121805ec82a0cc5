import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { readConfig } from "./config.js";
import type { Config } from "./config.js";
import { messageOf } from "../../src/errors/error-message.js";

const names = ["runcomfy.config.ts", "runcomfy.config.js", "runcomfy.config.json"];

/**
 * Loads the configuration of a folder; an empty one where there is none. A program is run: it may read the environment.
 *
 * @throws Error where there are two, where one cannot be loaded, and where it has an unknown key or a wrong value.
 */
export async function loadConfig(folder: string): Promise<Config> {
  const found = names.filter((name) => existsSync(join(folder, name)));
  const [name, other] = found;
  if (name === undefined) return {};
  if (other !== undefined) throw new Error(`There are ${name} and ${other}; remove one of them.`);
  return readConfig(await loadValue(resolve(folder, name), name), name);
}

async function loadValue(path: string, name: string): Promise<unknown> {
  try {
    if (name.endsWith(".json"))
      return JSON.parse(readFileSync(path, "utf8").replace(/^\uFEFF/, "")) as unknown;
    const loaded = name.endsWith(".ts")
      ? await importTypeScript(path)
      : await import(pathToFileURL(path).href);
    return (loaded as { default?: unknown }).default;
  } catch (cause) {
    const why = messageOf(cause);
    throw new Error(`${name} cannot be loaded: ${why}`, { cause });
  }
}

/** Older versions of Node cannot import TypeScript, so a library does. */
async function importTypeScript(path: string): Promise<unknown> {
  const { createJiti } = await import("jiti");
  return createJiti(import.meta.url, { fsCache: false, moduleCache: false }).import(path);
}
