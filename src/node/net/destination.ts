import { isIP } from "node:net";
import { show } from "../../errors/issue.js";
import { aBoolean, aText, checkOptions, type OptionRules } from "../../options/check-options.js";
import { isAddressRange, isInRanges, isLoopback, isPublicAddress } from "./ip-address.js";
import { parseUrl } from "../../input/parse-url.js";

/** The addresses that requests may go to. */
export interface DestinationRules {
  /**
   * Hosts that may be asked: `"media.example.com"`, `"media.example.com:8443"`, `"*.example.com"` (any depth below), or `"*"`
   * for every public host. Absent: every public host; `save-options.ts` names the service's own hosts for `save`.
   */
  readonly hosts?: readonly string[] | undefined;
  /** Let `http:` and `https:` URLs of this machine pass, at any port; for the emulator. Default `false`. */
  readonly allowLocalhost?: boolean | undefined;
  /** IP addresses and ranges that count as public, such as `"198.18.0.0/15"`. Default: none. */
  readonly allowAddresses?: readonly string[] | undefined;
  /** One server of this machine whose URLs pass, such as `"http://127.0.0.1:8787"`. Any other address has no effect. Default: none. */
  readonly localOrigin?: string | undefined;
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

/** The rules of the options that several calls take. */
export const guardOptions = {
  hosts: hostPatterns,
  allowLocalhost: aBoolean,
  allowAddresses: addressRanges,
};

/** The rules of the guard's own options. */
export const destinationOptions: OptionRules<DestinationRules> = { ...guardOptions, localOrigin: aText };

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
  const url = parseUrl(text);
  const isLocal = url !== undefined && isOnThisMachine(url);
  const isAllowed = isLocal && (rules.allowLocalhost || url.origin === rules.localOrigin);
  if (scheme !== "https" && !(scheme === "http" && (rules.allowLocalhost || isAllowed))) {
    const hint = isLocal ? "; for the emulator on this machine set allowLocalhost: true" : "";
    return refuse("scheme", `${scheme}: is not https:${hint}`);
  }
  if (!url || !/^https?:\/\/[^/?#]/i.test(text)) return refuse("syntax", "it is not a well-formed URL");
  if (url.username !== "" || url.password !== "" || /^https?:\/\/[^/?#]*@/i.test(text)) {
    return refuse("credentials", "it carries a user name or a password");
  }
  if (isAllowed) return { verdict: "allowed", url, local: true };
  if (url.protocol !== "https:") return refuse("scheme", `${scheme}: is not https:`);
  return judgeHost(url, bareHost(url), rules);
}

function isOnThisMachine(url: URL): boolean {
  const host = bareHost(url);
  return host === "localhost" || isLoopback(host);
}

/** Tells if an address may be connected to: a public one, or one that the caller allows. */
export function isAllowedAddress(address: string, { allowAddresses = [] }: DestinationRules): boolean {
  return isPublicAddress(address) || isInRanges(address, allowAddresses);
}

function judgeHost(url: URL, host: string, rules: DestinationRules): Verdict {
  const { hosts } = rules;
  if (isIP(host) !== 0 && !isAllowedAddress(host, rules))
    return refuse("address", `${host} is not a public address`);
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

function addressRanges(value: unknown): string | undefined {
  const expected = 'a list of IP addresses and ranges such as "198.18.0.0/15"';
  if (!Array.isArray(value)) return expected;
  const index = value.findIndex((range) => typeof range !== "string" || !isAddressRange(range));
  return index < 0 ? undefined : `${expected}, not ${show(value[index])}`;
}
