import type { Price } from "../../input/model.js";

const fixed =
  /\b(?:fixed|flat)[ -](?:price|rate|fee|cost)\b|\b(?:price|rate|fee|cost)s? (?:is|are) (?:fixed|flat)\b/;
/** Parts of a remark that leave a fixed price as it is: its amount, and that nothing moves it. */
const harmless =
  /\$ ?\d+(?:\.\d+)?|\d+(?:\.\d+)? ?(?:usd|dollars?)\b|\bwith (?:and|or) without (?:sound|audio)\b|\b(?:whatever|regardless of|(?:for|at) any) (?:the )?(?:resolution|length|duration|size|settings?|input)\b|\bfor (?=each |every |any |all )|(?<=\bseconds? )of (?:video|output)\b/g;
const plainWords = new Set(
  "a an the this it is are fixed flat price prices rate rates cost costs always of per each every any all".split(
    " ",
  ),
);
/** The words for what is paid for, by the unit of the price: any other may name a second price, or another way to count. */
const unitWords: { readonly [unit in Price["unit"]]: ReadonlySet<string> } = {
  output: new Set(
    "fee fees output outputs video videos clip song track run job generation request call".split(" "),
  ),
  second: new Set(["second", "seconds"]),
  image: new Set(["image", "images", "output", "outputs"]),
};

/** A price of the live catalogue: its remark, and the amount and the unit that stand beside it. */
interface LivePrice {
  readonly note: string | undefined;
  readonly usd: number | undefined;
  readonly unit: string | undefined;
}

/**
 * The bound of a price of the live catalogue: a job costs at least that price, unless the catalogue's remark says that it is fixed, and
 * nothing else. Any further word, another amount or another unit may name a case that costs more.
 */
export function boundOfLivePrice({ note = "", usd, unit }: LivePrice): "exact" | "atLeast" {
  const text = note.toLowerCase();
  const own = unitWords[unit as Price["unit"]] as ReadonlySet<string> | undefined;
  if (!fixed.test(text) || own === undefined) return "atLeast";
  const words = text.replace(harmless, " ").match(/[^\s.,;:!()'"-]+/g) ?? [];
  const prices = words.filter((word) => /^(?:price|rate|fee|cost)s?$/.test(word));
  const amounts = text.match(/\d+(?:\.\d+)?/g) ?? [];
  const isPlain =
    prices.length === 1 &&
    amounts.length <= 1 &&
    amounts.every((amount) => Number(amount) === usd) &&
    words.every((word) => plainWords.has(word) || own.has(word));
  return isPlain ? "exact" : "atLeast";
}
