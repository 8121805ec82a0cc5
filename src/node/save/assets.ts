import { pointerTo } from "../../errors/issue.js";
import { checkOptions } from "../../options/check-options.js";
import { destinationOptions, judgeUrl, type DestinationRules } from "../net/destination.js";

/** A file that a result names by its URL. */
export interface Asset {
  /** The places of the URL in the output, as JSON pointers: `"/video"`, `"/images/0"`. More than one when a URL is repeated. */
  readonly from: readonly string[];
  readonly url: string;
  /** `"unsafe"` when the address guard refuses the URL; such a file is never fetched. */
  readonly verdict: "safe" | "unsafe";
  /** The reason why it is unsafe. */
  readonly reason?: string;
}

/** Keys that the service uses for media. A text under one of them is meant as a file, even when it is not a valid URL. */
const mediaKey = /^(image|video|audio|url)s?$|_(url|uri)s?$/i;
/** A text that begins like a URL names a file under any key. */
const looksLikeUrl =
  /^\s*([a-z][a-z0-9+.-]*:\/\/|\/\/|(https?|data|javascript|blob|file|vbscript|about):)\S*\s*$/i;
const dottedName = /\w\.[a-z][a-z0-9]*$/i;

/** Accepts one word that is a path, or whose host or last part has a dot in it. */
function looksLikePath(text: string): boolean {
  const word = text.trim();
  if (/\s/.test(word)) return false;
  const path = word.replace(/[?#].*/, "");
  const host = path.replace(/[/:].*/, "");
  return /^(\.{0,2}|[a-z]:)[/\\]/i.test(path) || dottedName.test(path) || dottedName.test(host);
}

function isFile(text: string, key: string | undefined): boolean {
  if (text === "") return false;
  return looksLikeUrl.test(text) || (key === undefined ? looksLikePath(text) : mediaKey.test(key));
}

const deepestValue = 32;
const mostAssets = 10_000;

/**
 * Finds the files of a job's `output`, at any depth up to 32, at most 10,000. A text is a file when it has a scheme, when it stands
 * under a key for media, such as `video` or `image_url`, or when it is the whole output (or an item of it) and looks like a path.
 * A file whose URL is invalid or refused is reported as unsafe. Any other text is ignored.
 *
 * @throws ConfigError when a rule is unknown or invalid.
 */
export function findAssets(output: unknown, rules: DestinationRules): Asset[] {
  checkOptions("findAssets", rules, destinationOptions);
  return [...collectUrls(output)].map(([url, from]) => {
    const judged = judgeUrl(url, rules);
    return judged.verdict === "allowed"
      ? { from, url, verdict: "safe" }
      : { from, url, verdict: "unsafe", reason: judged.message };
  });
}

/** Maps each URL of an output to the JSON pointers at which it was found. */
function collectUrls(output: unknown): Map<string, string[]> {
  const found = new Map<string, string[]>();
  function visit(value: unknown, pointer: string, key: string | undefined, depth: number): void {
    if (depth > deepestValue || found.size >= mostAssets) return;
    if (typeof value === "string") {
      if (!isFile(value, key)) return;
      const places = found.get(value);
      if (places) places.push(pointer);
      else found.set(value, [pointer]);
    } else if (Array.isArray(value)) {
      value.forEach((item, index) => visit(item, pointer + pointerTo(index), key, depth + 1));
    } else if (value !== null && typeof value === "object") {
      for (const [name, item] of Object.entries(value))
        visit(item, pointer + pointerTo(name), name, depth + 1);
    }
  }
  visit(output, "", undefined, 0);
  return found;
}
