import { isIP } from "node:net";
import { show } from "../../errors/issue.js";
import { aBoolean, checkOptions, type OptionRules } from "../../options/check-options.js";
import { isLoopback, isPublicAddress } from "./ip-address.js";

/** The addresses that requests may go to. */
export interface DestinationRules {
  /**
   * Hosts that may be asked: `"media.example.com"`, `"media.example.com:8443"`, `"*.example.com"` (any depth below), or `"*"`
   * for every public host. Absent: every public host.
   */
  readonly hosts?: readonly string[] | undefined;
  /** Let `http:` and `https:` URLs of this machine pass, at any port; for the emulator. Default `false`. */
  readonly allowLocalhost?: boolean | undefined;
}

/** The part of a URL for which it is not fetched. */
export type RefusalReason = "syntax" | "scheme" | "credentials" | "port" | "host" | "address";

/** The guard's decision about a URL, made before any name is resolved. */
export type Verdict =
  | { readonly verdict: "allowed"; readonly url: URL; readonly local: boolean }
  | { readonly verdict: "refused"; readonly reason: RefusalReason; readonly message: string };

/** Names that never stand for a public host, whatever address they resolve to. */
const privateSuffixes =
  /(^|\.)(localhost|localdomain|local|internal|intranet|private|corp|home|lan|arpa|svc|test|invalid|example|onion|alt)$/;
const metadataNames = new Set(["metadata.goog", "metadata.azure.com", "metadata.tencentyun.com"]);
const longestUrl = 16_384;

/** The rules of `hosts` and `allowLocalhost`, for every call that takes them. */
export const destinationOptions = {
  hosts: hostPatterns,
  allowLocalhost: aBoolean,
} satisfies OptionRules<DestinationRules>;

/**
 * Judges a URL by its text: `https:` only, port 443 unless the host is listed with another, no user name, and either a full host
 * name that is listed or a public IP address. Numbers in decimal, hex, octal or full-width digits are read as the platform's
 * URL reads them. The addresses behind a host name are judged later, when a request resolves the name.
 *
 * @throws ConfigError when a rule is unknown or invalid.
 */
export function judgeUrl(text: string, rules: DestinationRules = {}): Verdict {
  checkOptions("judgeUrl", rules, destinationOptions);
  // oxlint-disable-next-line no-control-regex -- the URL parser of the platform silently drops these
  if (text.length > longestUrl || /[\u0000-\u001f\u007f\\]|^\s|\s$/.test(text)) {
    return refuse("syntax", "it has control characters, a backslash or outer spaces, or is too long");
  }
  const scheme = /^[a-z][a-z0-9+.-]*(?=:)/i.exec(text)?.[0].toLowerCase();
  if (scheme === undefined) return refuse("syntax", "it is not an absolute https URL");
  if (scheme !== "https" && !(scheme === "http" && rules.allowLocalhost)) {
    const isLocal = URL.canParse(text) && isLoopback(bareHost(new URL(text)));
    const hint = isLocal ? "; for the emulator on this machine set allowLocalhost: true" : "";
    return refuse("scheme", `${scheme}: is not https:${hint}`);
  }
  if (!/^https?:\/\/[^/?#]/i.test(text) || !URL.canParse(text))
    return refuse("syntax", "it is not a well-formed URL");
  const url = new URL(text);
  if (url.username !== "" || url.password !== "" || /^https?:\/\/[^/?#]*@/i.test(text)) {
    return refuse("credentials", "it carries a user name or a password");
  }
  const host = bareHost(url);
  if (rules.allowLocalhost && (host === "localhost" || isLoopback(host)))
    return { verdict: "allowed", url, local: true };
  if (url.protocol !== "https:") return refuse("scheme", `${scheme}: is not https:`);
  return judgeHost(url, host, rules.hosts);
}

function judgeHost(url: URL, host: string, hosts: readonly string[] | undefined): Verdict {
  if (isIP(host) !== 0 && !isPublicAddress(host)) return refuse("address", `${host} is not a public address`);
  if (isIP(host) === 0) {
    const problem = findNameProblem(host);
    if (problem !== undefined) return refuse("host", problem);
  }
  const port = url.port === "" ? "443" : url.port;
  const listed = (hosts ?? ["*"]).filter((pattern) => matches(host, pattern));
  if (listed.length === 0)
    return refuse("host", `${host} is not one of the allowed hosts (${hosts?.join(", ")})`);
  if (!listed.some((pattern) => readPort(pattern) === port)) return refuse("port", `port ${port} is not 443`);
  return { verdict: "allowed", url, local: false };
}

function findNameProblem(host: string): string | undefined {
  if (host.endsWith(".")) return `${host} ends in a dot`;
  if (!host.includes(".")) return `${host} is not a full host name`;
  if (privateSuffixes.test(host) || metadataNames.has(host)) return `${host} is a name of a private network`;
  if (!/^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+$/.test(host) || host.length > 253)
    return "its host name is invalid";
  return undefined;
}

function refuse(reason: RefusalReason, message: string): Verdict {
  return {
    verdict: "refused",
    reason,
    // The message quotes a host name or scheme, which can be as long as the URL.
    message: message.length > 300 ? `${message.slice(0, 300)}…` : message,
  };
}

/** The host of a URL without the brackets of IPv6. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

function readPort(pattern: string): string {
  return /:(\d+)$/.exec(pattern)?.[1] ?? "443";
}

function matches(host: string, pattern: string): boolean {
  const name = pattern.toLowerCase().replace(/:\d+$/, "");
  if (name === "*") return true;
  return name.startsWith("*.") ? host.endsWith(name.slice(1)) && host.length >= name.length : host === name;
}

/** Accepts a host name, `*.` before a host name, or `*`, each with or without a port. */
export function isHostPattern(pattern: string): boolean {
  return /^(\*|(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*)(:\d{1,5})?$/i.test(pattern);
}

function hostPatterns(value: unknown): string | undefined {
  const expected = 'a list of hosts such as "media.example.com", "*.example.com" or "*"';
  if (!Array.isArray(value)) return expected;
  const index = value.findIndex((host) => typeof host !== "string" || !isHostPattern(host));
  return index < 0 ? undefined : `${expected}, not ${show(value[index])}`;
}
