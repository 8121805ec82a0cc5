const fixed =
  /\b(?:fixed|flat)[ -](?:price|rate|fee)\b|\b(?:price|rate)s? (?:is|are) (?:fixed|flat)\b|\bsame (?:price|rate)\b|\bcosts? the same\b/i;
/** Words and signs of a remark that make the price depend on something after all. */
const depending =
  /\b(?:not?|base|from|start\w*|least|minimum|more|less|extra|addition\w*|plus|on top|higher|lower|depend\w*|var(?:y|ies)|unless|except|but|only|up to|until|if|when)\b|[+%×*]/i;

/** The bound of a price of the live catalogue: a job costs at least that price, unless the catalogue's remark says that it is fixed. */
export function boundOfLivePrice(remark: string | undefined): "exact" | "atLeast" {
  return remark !== undefined && fixed.test(remark) && !depending.test(remark) ? "exact" : "atLeast";
}
