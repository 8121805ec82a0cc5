import { homedir } from "node:os";
import { join } from "node:path";
import { aText, checkOptions, type OptionRules } from "../../options/check-options.js";
import { tokenVariables } from "../../options/environment.js";
import { readJson } from "../files/disk.js";

/** A token and its source. */
export interface FoundToken {
  readonly token: string;
  /** The name of the environment variable, or the path of the file. */
  readonly from: string;
  /** Set when other users of this machine can read the file. */
  readonly warning?: string;
}

/** The places to search; for tests. */
export interface TokenPlaces {
  /** Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default the user's home directory. */
  readonly home?: string;
}

const placeRules: OptionRules<TokenPlaces> = { env: anObject, home: aText };

/**
 * Finds a token: in `RUNCOMFY_TOKEN`, `RUNCOMFY_API_TOKEN` or `RUNCOMFY_API_KEY`, else in the file that RunComfy's own command line
 * keeps, `token.json` in `$RUNCOMFY_CONFIG_DIR`, `$XDG_CONFIG_HOME/runcomfy` or `~/.config/runcomfy`. Gives `undefined` when there is
 * no token, and also when the file cannot be read.
 *
 * @throws ConfigError when a place is unknown.
 */
export async function findToken(places: TokenPlaces = {}): Promise<FoundToken | undefined> {
  checkOptions("findToken", places, placeRules, { environment: "env" });
  const env = places.env ?? process.env;
  for (const name of tokenVariables) {
    const token = env[name]?.trim();
    if (token) return { token, from: name };
  }
  return readTokenFile(join(configDirectory(env, places.home ?? homedir()), "token.json"));
}

function configDirectory(env: Readonly<Record<string, string | undefined>>, home: string): string {
  if (env["RUNCOMFY_CONFIG_DIR"]) return env["RUNCOMFY_CONFIG_DIR"];
  return join(env["XDG_CONFIG_HOME"] || join(home, ".config"), "runcomfy");
}

function anObject(value: unknown): string | undefined {
  return typeof value === "object" && value !== null ? undefined : "an object of texts";
}

async function readTokenFile(path: string): Promise<FoundToken | undefined> {
  const file = await readJson(path, { maxBytes: 65_536, followLinks: true });
  if (file === undefined) return undefined;
  const token = (file.value as { access_token?: unknown } | null)?.access_token;
  if (typeof token !== "string" || token.trim() === "") return undefined;
  const isOpen = process.platform !== "win32" && (file.mode & 0o077) !== 0;
  return {
    token: token.trim(),
    from: path,
    ...(isOpen && {
      warning: `${path} can be read by other users of this machine; run: chmod 600 ${JSON.stringify(path)}`,
    }),
  };
}
