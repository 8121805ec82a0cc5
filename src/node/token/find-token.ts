import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** A token and where it was found. */
export interface FoundToken {
  readonly token: string;
  /** The name of the environment variable, or the path of the file. */
  readonly from: string;
  /** Set where the file can be read by other users of this machine. */
  readonly warning?: string;
}

/** Where to look; for tests. */
export interface TokenPlaces {
  /** Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default the user's home directory. */
  readonly home?: string;
}

/** Environment variables in use for the token, the first one wins. */
const variables = ["RUNCOMFY_TOKEN", "RUNCOMFY_API_TOKEN", "RUNCOMFY_API_KEY"] as const;

/**
 * Finds a token: in `RUNCOMFY_TOKEN`, `RUNCOMFY_API_TOKEN` or `RUNCOMFY_API_KEY`, else in the file that the vendor's own command line
 * keeps, `token.json` in `$RUNCOMFY_CONFIG_DIR`, `$XDG_CONFIG_HOME/runcomfy` or `~/.config/runcomfy`. Gives `undefined` where there is
 * none. A file that cannot be read or holds no token counts as none.
 */
export async function findToken(places: TokenPlaces = {}): Promise<FoundToken | undefined> {
  const env = places.env ?? process.env;
  for (const name of variables) {
    const token = env[name]?.trim();
    if (token) return { token, from: name };
  }
  return readTokenFile(join(configDirectory(env, places.home ?? homedir()), "token.json"));
}

function configDirectory(env: Readonly<Record<string, string | undefined>>, home: string): string {
  if (env["RUNCOMFY_CONFIG_DIR"]) return env["RUNCOMFY_CONFIG_DIR"];
  return join(env["XDG_CONFIG_HOME"] || join(home, ".config"), "runcomfy");
}

async function readTokenFile(path: string): Promise<FoundToken | undefined> {
  let token: unknown;
  let mode: number;
  try {
    const found = await stat(path);
    if (!found.isFile() || found.size > 65_536) return undefined;
    mode = found.mode;
    token = (JSON.parse(await readFile(path, "utf8")) as { access_token?: unknown } | null)?.access_token;
  } catch {
    // The parser's message would quote the file, and with it the token.
    return undefined;
  }
  if (typeof token !== "string" || token.trim() === "") return undefined;
  const open = process.platform !== "win32" && (mode & 0o077) !== 0;
  return {
    token: token.trim(),
    from: path,
    ...(open && {
      warning: `${path} can be read by other users of this machine; run: chmod 600 ${JSON.stringify(path)}`,
    }),
  };
}
