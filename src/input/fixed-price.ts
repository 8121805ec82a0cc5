const fixed =
  /\b(?:fixed|flat)[ -](?:price|rate|fee)\b|\b(?:price|rate)s? (?:is|are) (?:fixed|flat)\b|\bsame (?:price|rate)\b|\bcosts? the same\b/i;
/** Words and signs that make a price depend on something after all. */
const depending =
  /\b(?:not?|base|from|start\w*|least|minimum|more|less|extra|addition\w*|plus|on top|higher|lower|depend\w*|var(?:y|ies)|unless|except|but|only|up to|until|if|when)\b|[+%×*]/i;

/** Tells whether a catalogue's remark says that a price does not depend on the input. In doubt it does not. */
export function isFixedPrice(note: string | undefined): boolean {
  return note !== undefined && fixed.test(note) && !depending.test(note);
}
