import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** The most sessions at once; the oldest ends where there are more. */
const mostSessions = 100;
/** The most one-time keys that were made and not used. */
const mostKeys = 20;

/**
 * Sessions of pages. A one-time key of the printed address is exchanged for a cookie and a page key. The cookie alone may read files:
 * browsers send it to every port of this machine. Requests need the page key too, which only the studio's own page can read.
 */
export class StudioSessions {
  readonly #cookie: string;
  readonly #oneTimeKeys = new Set<string>();
  /** Hashes of page keys by hashes of cookies. */
  readonly #sessions = new Map<string, string>();

  constructor(port: number) {
    // Browsers send a cookie to every port of a host, so the port is part of its name: it keeps two studios apart.
    this.#cookie = `runcomfy-studio-${port}`;
  }

  makeOneTimeKey(): string {
    const key = makeSecret();
    addBounded(this.#oneTimeKeys, hashOf(key), mostKeys);
    return key;
  }

  /** A session in exchange for a one-time key; undefined for any other text, and for a key that was used. */
  exchange(key: string): { readonly setCookie: string; readonly pageKey: string } | undefined {
    if (!this.#oneTimeKeys.delete(hashOf(key))) return undefined;
    const [cookie, pageKey] = [makeSecret(), makeSecret()];
    this.#sessions.set(hashOf(cookie), hashOf(pageKey));
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > mostSessions && oldest !== undefined) this.#sessions.delete(oldest);
    return { setCookie: `${this.#cookie}=${cookie}; HttpOnly; SameSite=Strict; Path=/`, pageKey };
  }

  /** True for a request with a session's cookie. */
  hasCookie(request: IncomingMessage): boolean {
    return this.#pageKeyOf(request) !== undefined;
  }

  /** True for a request with a session's cookie and its page key. */
  isFromPage(request: IncomingMessage): boolean {
    const expected = this.#pageKeyOf(request);
    const given = request.headers["x-studio-key"];
    if (expected === undefined || typeof given !== "string") return false;
    return timingSafeEqual(Buffer.from(hashOf(given)), Buffer.from(expected));
  }

  #pageKeyOf({ headers }: IncomingMessage): string | undefined {
    for (const part of (headers.cookie ?? "").split(";")) {
      const [name, value = ""] = part.trim().split("=");
      const pageKey = name === this.#cookie ? this.#sessions.get(hashOf(value)) : undefined;
      if (pageKey !== undefined) return pageKey;
    }
    return undefined;
  }
}

function makeSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** Secrets are compared by their hashes, so that the time of a comparison reveals nothing of them. */
function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

function addBounded(keys: Set<string>, key: string, most: number): void {
  keys.add(key);
  const [oldest] = keys;
  if (keys.size > most && oldest !== undefined) keys.delete(oldest);
}
