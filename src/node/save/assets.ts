import { judgeUrl, type DestinationRules } from "../net/destination.js";

/** A file that a result speaks of. */
export interface Asset {
  /** Where in the output it was found, as JSON pointers: `"/video"`, `"/images/0"`. More than one when a URL is repeated. */
  readonly from: readonly string[];
  readonly url: string;
  /** `"unsafe"` when the address guard refuses the URL; such a file is never fetched. */
  readonly verdict: "safe" | "unsafe";
  /** Why it is unsafe. */
  readonly reason?: string;
}

/** Where the service is known to put media: whatever stands there is meant as a file, even where it is no proper URL. */
const mediaKey = /^(image|video|audio|url)s?$|_(url|uri)s?$/i;
/** What names an address wherever it stands. */
const looksLikeUrl =
  /^\s*([a-z][a-z0-9+.-]*:\/\/|\/\/|(https?|data|javascript|blob|file|vbscript|about):)\S*\s*$/i;
const dottedName = /\w\.[a-z][a-z0-9]*$/i;

/** One word that is a path, or that begins or ends in a name with a dot, such as a host's or a file's. */
function looksLikePath(text: string): boolean {
  const word = text.trim();
  if (/\s/.test(word)) return false;
  const path = word.replace(/[?#].*/, "");
  const host = path.replace(/[/:].*/, "");
  return /^(\.{0,2}|[a-z]:)[/\\]/i.test(path) || dottedName.test(path) || dottedName.test(host);
}

const deepest = 32;
const most = 10_000;

/**
 * Finds the files of a job's `output`: strings, arrays, objects with a `url`, under any key. A text is a file when it has a scheme, when
 * it is all of the output (or an item of it) and looks like a path, or when it stands under a key for media, such as `video` or
 * `image_url`, whatever it is. One that is no proper URL is reported as unsafe; any other text is left alone.
 */
export function findAssets(output: unknown, rules: DestinationRules): Asset[] {
  const found = new Map<string, string[]>();
  const isFile = (text: string, key: string | undefined): boolean =>
    looksLikeUrl.test(text) || (key === undefined ? looksLikePath(text) : mediaKey.test(key));
  function visit(value: unknown, pointer: string, key: string | undefined, depth: number): void {
    if (depth > deepest || found.size >= most) return;
    if (typeof value === "string") {
      if (value !== "" && isFile(value, key)) {
        found.set(value, [...(found.get(value) ?? []), pointer]);
      }
    } else if (Array.isArray(value)) {
      value.forEach((item, index) => visit(item, `${pointer}/${index}`, key, depth + 1));
    } else if (value !== null && typeof value === "object") {
      for (const [name, item] of Object.entries(value)) {
        visit(item, `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`, name, depth + 1);
      }
    }
  }
  visit(output, "", undefined, 0);
  return [...found].map(([url, from]) => {
    const judged = judgeUrl(url, rules);
    return judged.verdict === "allowed"
      ? { from, url, verdict: "safe" }
      : { from, url, verdict: "unsafe", reason: judged.message };
  });
}
