import { show } from "../errors/issue.js";
import type { Fault } from "../errors/issue.js";
import type { MediaRules } from "./model.js";

/** What a media field takes. */
export const mediaForms = "a public https URL or a data: URI";

/** Why the service could not fetch what a media field names, or nothing when it looks fetchable. Opens no connection. */
export function checkReference({ samples = [] }: MediaRules, reference: string): Fault | undefined {
  if (isPublic(reference) || dataUri.test(reference) || samples.includes(reference)) return undefined;
  const expected = [mediaForms, ...samples.map(show)].join(", or ");
  return { message: `${show(reference)} ${findProblem(reference)}; expected ${expected}`, expected };
}

function findProblem(reference: string): string {
  switch (/^[a-z][\w+.-]+:/i.exec(reference)?.[0].toLowerCase()) {
    case "https:":
      return "is no address on the public internet";
    case "data:":
      return "is no data: URI with a media type and data";
    case "http:":
      return "is not encrypted";
    case "blob:":
      return "exists in this browser only: upload the file";
    case "file:":
    case undefined:
      return reference
        ? "looks like a local path, which the service cannot read"
        : "names no file: leave the key out if it is optional";
    default:
      return "has a scheme that the service does not fetch";
  }
}

const dataUri = /^data:[\w.+-]+\/[\w.+-]+(?:;[^,]*)?,./is;

/** Most addresses are spelled as the URL parser would spell them; it is asked about the others only. */
function isPublic(reference: string): boolean {
  return (
    publicAddress.test(reference) || (URL.canParse(reference) && publicAddress.test(new URL(reference).href))
  );
}

/**
 * Three kinds of host are public: global unicast of IPv6; four numbers that name no private network; words that end in one
 * which no local network uses.
 */
const publicAddress =
  /^https:\/\/([^/?#\\@]*@)?(\[[23][\da-f]{3}:[\da-f:]+\]|(?!(0|10|127|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])|169\.254|172\.(1[6-9]|2\d|3[01])|192\.168|2(2[4-9]|[345]\d))\.)((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(?=\d)|(?![\d.]))){4}|([a-z\d_-]+\.){1,127}(?!(local|localhost|internal|lan|home|arpa)\b)[a-z][a-z\d-]*\.?)(:\d+)?([/?#]|$)/;
