import { show } from "../errors/issue.js";
import type { Problem } from "../errors/issue.js";
import type { MediaRules } from "./model.js";
import { parseUrl } from "./parse-url.js";

/** The forms of a media reference that the service can fetch. */
export const mediaForms = "a public https URL or a data: URI";

/** The reason why the service could not fetch a media reference, or nothing when it looks fetchable. Opens no connection. */
export function checkAddress({ samples = [] }: MediaRules, address: string): Problem | undefined {
  const reason = samples.includes(address) ? undefined : findReason(address);
  if (reason === undefined) return undefined;
  // A mistyped address without a scheme may be signed, too.
  const given = show(address.replace(/[?#].*/s, "?…"));
  return { code: "media_address", given, reason, expected: [mediaForms, ...samples.map(show)].join(", or ") };
}

const localPath = "looks like a local path, which the service cannot read";

const reasons: { readonly [scheme: string]: string } = {
  "https:": "is not an address on the public internet",
  "data:": "is not a data: URI with a media type and data",
  "http:": "is not encrypted",
  "blob:": "exists in this browser only: upload the file",
  "file:": localPath,
};

function findReason(address: string): string | undefined {
  if (/^\s|\s$/.test(address)) return "begins or ends with white space";
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(address))
    return "has a line break, a tab or another control character in it";
  if (isPublic(address) || dataUri.test(address)) return undefined;
  if (!address) return "names no file: leave the key out if it is optional";
  const scheme = /^[a-z][\w+.-]+:/i.exec(address)?.[0].toLowerCase();
  if (scheme === undefined) return localPath;
  return reasons[scheme] ?? "has a scheme that the service does not fetch";
}

const dataUri = /^data:[\w.+-]+\/[\w.+-]+(?:;[^,]*)?,./i;

/** Most addresses are written as the URL parser would write them: only the others are parsed. */
function isPublic(address: string): boolean {
  return publicAddress.test(address) || publicAddress.test(parseUrl(address)?.href ?? "");
}

/**
 * Three kinds of host are public: global unicast of IPv6; four numbers outside the private networks; names whose last word
 * no local network uses.
 */
const publicAddress =
  /^https:\/\/([^/?#\\@]*@)?(\[[23][\da-f]{3}:[\da-f:]+\]|(?!(0|10|127|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])|169\.254|172\.(1[6-9]|2\d|3[01])|192\.168|2(2[4-9]|[345]\d))\.)((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(?=\d)|(?![\d.]))){4}|([a-z\d_-]+\.){1,127}(?!(local|localhost|internal|lan|home|arpa)\b)[a-z][a-z\d-]*\.?)(:\d+)?([/?#]|$)/;
