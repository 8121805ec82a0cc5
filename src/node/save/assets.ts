import { pointerTo } from "../../errors/issue.js";
import { checkOptions } from "../../options/check-options.js";
import { typeOfPath } from "../files/declared-type.js";
import { destinationOptions, judgeUrl, type DestinationRules, type Verdict } from "../net/destination.js";
import { isInlineFile } from "./inline-file.js";

/** A file that a result names by its URL, or holds itself: as a `data:` URI, or as base64 text of a known format. */
export interface Asset {
  /** The places of the URL in the output, as JSON pointers: `"/video"`, `"/images/0"`. More than one when a URL is repeated. */
  readonly from: readonly string[];
  /** The URL, with its spaces encoded; for a file that the output holds, the text itself. */
  readonly url: string;
  /**
   * `"output"` for a file that the job was asked for; `"link"` for any other URL, such as that of a page about the model. Where an
   * output names nothing but links, they all count as output.
   */
  readonly role: "output" | "link";
  /** `"unsafe"` when the address guard refuses the URL; such a file is never fetched. */
  readonly verdict: "safe" | "unsafe";
  /** The reason why it is unsafe. */
  readonly reason?: string;
}

/** Keys that name media themselves. A text under one of them is a file of the job, even when it is not a valid URL. */
const mediaKey = /^(?:\w+[_-])?(image|video|audio)s?(?:[_-](?:url|uri|file)s?)?$|^(?:url|uri)s?$/i;
/** Keys for any kind of address. */
const addressKey = /_(?:url|uri)s?$/i;
/**
 * A text that begins like a URL names a file under any key. Those of web addresses may have spaces in them, but not end a line. The
 * text is trimmed before: spaces at the end of a pattern would take the square of their number.
 */
const looksLikeUrl =
  /^(?:https?:\/\/[^\s/?#]+(?:[/?#][^\r\n]*)?|(?:[a-z][a-z0-9+.-]*:\/\/|\/\/|(?:https?|data|javascript|blob|file|vbscript|about):)\S*)$/i;
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
  if (looksLikeUrl.test(text.trim()) || isInlineFile(text)) return true;
  return key === undefined ? looksLikePath(text) : mediaKey.test(key) || addressKey.test(key);
}

/**
 * Finds the files of a job's `output`, at any depth. A text is a file when it has a scheme, when it stands under a key for media, such
 * as `video` or `image_url`, or when it is the whole output (or an item of it) and looks like a path. A file whose URL is invalid or
 * refused is reported as unsafe. Any other text is ignored.
 *
 * @throws ConfigError when a rule is unknown or invalid.
 */
export function findAssets(output: unknown, rules: DestinationRules): Asset[] {
  checkOptions("findAssets", rules, destinationOptions);
  const assets = [...collectTexts(output)].map(([text, places]) => judgeText(text, places, rules));
  return assets.some(({ role }) => role === "output")
    ? assets
    : assets.map((asset) => ({ ...asset, role: "output" as const }));
}

/** A place of a text in an output. */
interface Place {
  readonly pointer: string;
  readonly key: string | undefined;
}

function judgeText(text: string, places: readonly Place[], rules: DestinationRules): Asset {
  const from = places.map(({ pointer }) => pointer);
  if (isInlineFile(text)) return { from, url: text, role: "output", verdict: "safe" };
  const url = encodeSpaces(text);
  const judged = judgeUrl(url, rules);
  const role = isOutput(places, judged) ? "output" : "link";
  return judged.verdict === "allowed"
    ? { from, url, role, verdict: "safe" }
    : { from, url, role, verdict: "unsafe", reason: judged.message };
}

/** Under a key of the model's own, a URL is a file of the job where it may be fetched and has the extension of a file. */
function isOutput(places: readonly Place[], judged: Verdict): boolean {
  if (places.some(({ key }) => key === undefined || mediaKey.test(key))) return true;
  return judged.verdict === "allowed" && typeOfPath(judged.url.pathname) !== undefined;
}

/** Some models name files after their prompt, and leave the spaces of it in the address. */
function encodeSpaces(text: string): string {
  const trimmed = text.trim();
  return /^https?:\/\/\S/i.test(trimmed) ? trimmed.replaceAll(" ", "%20") : text;
}

/** Maps each text of an output that names a file to its places. The walk has no depth: an output may be nested without bound. */
function collectTexts(output: unknown): Map<string, Place[]> {
  const found = new Map<string, Place[]>();
  const seen = new Set<object>();
  const pending: (Place & { readonly value: unknown })[] = [{ value: output, pointer: "", key: undefined }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, pointer, key } = next;
    if (typeof value === "string") {
      if (!isFile(value, key)) continue;
      const places = found.get(value);
      if (places) places.push({ pointer, key });
      else found.set(value, [{ pointer, key }]);
    } else if (typeof value === "object" && value !== null && !seen.has(value)) {
      // An output that was read from JSON has no circles; one that a program made may.
      seen.add(value);
      const isList = Array.isArray(value);
      const entries = Object.entries(value);
      for (const [name, item] of entries.reverse())
        pending.push({ value: item, pointer: pointer + pointerTo(name), key: isList ? key : name });
    }
  }
  return found;
}
