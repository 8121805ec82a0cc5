import { judgeUrl, type DestinationRules } from "./destination.js";

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
const looksLikeUrl = /^\s*([a-z][a-z0-9+.-]*:\/\/|\/\/|(data|javascript|blob|file|vbscript|about):)\S*\s*$/i;
const deepest = 32;
const most = 10_000;

/**
 * Finds the files of a job's `output`: strings, arrays, objects with a `url`, under any key. Text that is no URL is left alone,
 * unless it stands where the service puts media; then it is reported as unsafe.
 */
export const findAssets = (output: unknown, rules: DestinationRules): Asset[] => {
  const found = new Map<string, string[]>();
  const visit = (value: unknown, pointer: string, key: string, depth: number): void => {
    if (depth > deepest || found.size >= most) return;
    if (typeof value === "string") {
      if (value !== "" && (looksLikeUrl.test(value) || mediaKey.test(key))) {
        found.set(value, [...(found.get(value) ?? []), pointer]);
      }
    } else if (Array.isArray(value)) {
      value.forEach((item, index) => visit(item, `${pointer}/${index}`, key, depth + 1));
    } else if (value !== null && typeof value === "object") {
      for (const [name, item] of Object.entries(value)) {
        visit(item, `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`, name, depth + 1);
      }
    }
  };
  visit(output, "", Array.isArray(output) || typeof output === "string" ? "url" : "", 0);
  return [...found].map(([url, from]) => {
    const judged = judgeUrl(url, rules);
    return judged.verdict === "allowed"
      ? { from, url, verdict: "safe" }
      : { from, url, verdict: "unsafe", reason: judged.message };
  });
};
