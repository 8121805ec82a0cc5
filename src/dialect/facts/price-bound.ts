const fixed =
  /\b(?:fixed|flat)[ -](?:price|rate|fee|cost)\b|\b(?:price|rate|fee|cost)s? (?:is|are) (?:fixed|flat)\b/;
/** Parts of a remark that leave a fixed price as it is: its amount, and that nothing moves it. */
const harmless =
  /\$ ?\d+(?:\.\d+)?|\d+(?:\.\d+)? ?(?:usd|dollars?)\b|\bwith (?:and|or) without (?:sound|audio)\b|\b(?:whatever|regardless of|(?:for|at) any) (?:the )?(?:resolution|length|duration|size|settings?|input)\b|\bfor (?=each |every |any |all )/g;
const plainWords = new Set(
  (
    "a an the this it is are fixed flat price prices rate rates fee cost costs always of per each every any all " +
    "output outputs image images video videos clip song track second seconds run job generation request call"
  ).split(" "),
);

/**
 * The bound of a price of the live catalogue: a job costs at least that price, unless the catalogue's remark says that it is fixed, and
 * nothing else. Any further word or second amount may name a case that costs more.
 */
export function boundOfLivePrice(remark: string | undefined): "exact" | "atLeast" {
  const text = (remark ?? "").toLowerCase();
  if (!fixed.test(text)) return "atLeast";
  const words = text.replace(harmless, " ").match(/[^\s.,;:!()'"-]+/g) ?? [];
  const amounts = text.match(/\d+(?:\.\d+)?/g) ?? [];
  return amounts.length <= 1 && words.every((word) => plainWords.has(word)) ? "exact" : "atLeast";
}
