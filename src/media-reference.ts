import { show } from "./issue.js";
import type { Issue } from "./issue.js";
import type { MediaRules } from "./model.js";
import { plainAddress } from "./quick-check.js";

/** Why the service could not fetch what a media field names, or nothing when it looks fetchable. Opens no connection. */
export const checkReference = (rules: MediaRules, reference: string): Issue | undefined => {
  if (plainAddress.test(reference) || rules.samples?.includes(reference)) return undefined;
  const problem = problemOf(reference);
  if (problem === undefined) return undefined;
  const samples = rules.samples?.length ? `, or ${rules.samples.map(show).join(", ")}` : "";
  const expected = `a public https URL or a data: URI${samples}`;
  return {
    path: "",
    message: `${show(reference)} ${problem}; inputs are public https URLs or data: URIs${samples}`,
    expected,
  };
};

const problemOf = (reference: string): string | undefined => {
  if (reference === "") return "names no file: leave the key out if it is optional";
  if (/^data:/i.test(reference)) {
    return /^data:[\w.+-]+\/[\w.+-]+(?:;[^,]*)?,./is.test(reference)
      ? undefined
      : "is no data: URI with a media type and data";
  }
  if (/^blob:/i.test(reference)) return "exists in this browser only: upload the file";
  if (/^file:/i.test(reference)) return "is a file on this computer, which the service cannot read";
  if (/^http:/i.test(reference)) return "is not encrypted";
  if (!/^https:/i.test(reference)) return problemWithoutScheme(reference);
  if (!URL.canParse(reference)) return "is no URL that can be read";
  return isPublicHost(new URL(reference).hostname) ? undefined : "is not an address on the public internet";
};

const problemWithoutScheme = (reference: string): string =>
  /^[a-z][a-z0-9+.-]+:/i.test(reference)
    ? "has a scheme that the service does not fetch"
    : "looks like a local path, which the service cannot read";

/** Whether a host, as the URL parser spells it, can be reached from the internet as far as its name tells. */
const isPublicHost = (host: string): boolean => {
  if (host.startsWith("[")) return isPublicIpv6(host.slice(1, -1));
  const name = host.replace(/\.$/, "");
  if (/^[\d.]+$/.test(name)) return !reservedIpv4.test(name);
  return name.includes(".") && !/\.(?:local|localhost|internal|lan|home|arpa)$/.test(name);
};

const reservedIpv4 =
  /^(?:0|10|127|22[4-9]|2[345]\d)\.|^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|^169\.254\.|^172\.(?:1[6-9]|2\d|3[01])\.|^192\.(?:0\.[02]|168|88\.99)\.|^198\.(?:1[89]|51\.100)\.|^203\.0\.113\./;

/** Only global unicast is public (2000::/3), but for the parts that tunnel to, or document, something else. */
const isPublicIpv6 = (address: string): boolean =>
  /^[23][0-9a-f]{3}:/.test(address) && !/^(?:2001:(?:db8|0)?:|2002:|3fff:)/.test(address);
