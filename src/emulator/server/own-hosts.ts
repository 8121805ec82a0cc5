import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { hostname } from "node:os";
import { show } from "../../errors/issue.js";
import type { Refusal } from "../service/wire-format.js";
import { parseUrl } from "../../input/parse-url.js";

/** The names by which requests may address the emulator, and from whose pages they may come. */
export interface OwnHosts {
  /** The address that the emulator listens on. */
  readonly host: string;
  /** True where other machines may reach it, by any of its addresses. */
  readonly isRemote: boolean;
  /** Names that the options add; `"*"` stands for all. */
  readonly names: readonly string[];
}

/**
 * Refuses a request for a host that is not the emulator's, and one from a page of another host. A page on the internet can lead a name
 * of its own to this machine, and would drive the emulator as if it were its own server.
 */
export function refuseForeignHost({ headersDistinct }: IncomingMessage, own: OwnHosts): Refusal | undefined {
  const hosts = headersDistinct["host"] ?? [];
  const foreign = hosts.find((host) => !isOwn(readHost(`http://${host}`), own));
  if (hosts.length > 1 || foreign !== undefined)
    return refuse(`It was addressed as ${show(hosts.join(", "))}`, foreign);
  const [origin] = headersDistinct["origin"] ?? [];
  if (origin === undefined || isOwn(readHost(origin), own)) return undefined;
  return refuse(`This request comes from a page of ${show(origin)}`, readHost(origin));
}

function refuse(what: string, name: string | undefined): Refusal {
  const advice =
    name === undefined ? "" : ` To allow ${show(name)}, start the emulator with allowHosts (--allow-host).`;
  const message = `The emulator serves this machine only. ${what}.${advice}`;
  return { status: 403, code: 403003, message };
}

/** The host of an origin in lower case, without its port; the text itself where it is not a URL, such as `null` for a page from a file. */
function readHost(origin: string): string {
  const url = /^https?:\/\/[^/?#@\\]+$/i.test(origin) ? parseUrl(origin) : undefined;
  return url ? url.hostname.replace(/^\[|\]$/g, "") : origin;
}

function isOwn(name: string, { host, isRemote, names }: OwnHosts): boolean {
  if (names.some((allowed) => allowed === "*" || allowed.toLowerCase() === name)) return true;
  if (name === "localhost" || name.endsWith(".localhost") || name === host.toLowerCase()) return true;
  if (isIP(name) !== 0) return isRemote || name === "::1" || name.startsWith("127.");
  return isRemote && name === hostname().toLowerCase();
}
