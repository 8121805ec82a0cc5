import { createHash, randomUUID } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { makeDirectory } from "../../node/files/directories.js";

/** A value that was read from the service, and the time at which it was read. */
export interface CachedValue {
  /** ISO 8601. */
  readonly readAt: string;
  readonly value: unknown;
}

/** The layout of the files. A file of another layout is read anew. */
const format = 1;
const dayMs = 86_400_000;

/** The user's folder for what can be read again: `$XDG_CACHE_HOME/runcomfy-models`. */
export function cacheFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  home = homedir(),
): string {
  const { XDG_CACHE_HOME: given, LOCALAPPDATA: local } = env;
  const folder =
    given !== undefined && isAbsolute(given)
      ? given
      : process.platform === "win32" && local
        ? join(local, "Cache")
        : join(home, ".cache");
  return join(folder, "runcomfy-models");
}

/** Values of one address of the service, each in a file of its own. The token is in none. */
export interface DailyCache {
  /** The value that was kept under a name; undefined where there is none, or the file is damaged or of another name. */
  readonly read: (name: string) => Promise<CachedValue | undefined>;
  /** Keeps a value. A folder that cannot be written to costs nothing but the next request. */
  readonly write: (name: string, value: unknown) => Promise<void>;
}

/** Opens the cache for one address of the service: two addresses never share a value. */
export function openCache(origin: string, folder = cacheFolder()): DailyCache {
  function pathOf(name: string): string {
    const hash = createHash("sha256").update(`${origin}\n${name}`).digest("hex");
    return join(folder, `${hash.slice(0, 32)}.json`);
  }
  return {
    read: async (name) => {
      const text = await readFile(pathOf(name), "utf8").catch(() => "");
      const kept = parse(text);
      const isOwn = kept["format"] === format && kept["origin"] === origin && kept["name"] === name;
      const { readAt, value } = kept;
      return isOwn && typeof readAt === "string" && value !== undefined ? { readAt, value } : undefined;
    },
    write: async (name, value) => {
      try {
        const text = JSON.stringify({ format, origin, name, readAt: new Date().toISOString(), value });
        await replaceFile(pathOf(name), text);
      } catch {
        // The value is at hand all the same, and is read from the service again the next time.
      }
    },
  };
}

/** True for a value that was read less than a day ago. */
export function isFresh({ readAt }: CachedValue, now = Date.now()): boolean {
  const ageMs = now - Date.parse(readAt);
  return ageMs >= 0 && ageMs < dayMs;
}

function parse(text: string): { readonly [name: string]: unknown } {
  try {
    return Object(JSON.parse(text)) as { readonly [name: string]: unknown };
  } catch {
    return {};
  }
}

/** Writes a file in one step, readable by its owner only. */
async function replaceFile(path: string, text: string): Promise<void> {
  await makeDirectory(dirname(path), 0o700);
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, text, { mode: 0o600, flag: "wx" });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
