/** The longest text that is passed on. */
const mostCharacters = 2000;
const mostItems = 50;
const deepestValue = 8;

/**
 * Cleans text of the service for an answer: removes characters that are invisible, move a cursor or turn text around, and cuts long
 * text. Such characters can hide instructions from the person who reads along.
 */
export function cleanText(text: string, most: number = mostCharacters): string {
  const clean = text
    .slice(0, most * 4)
    .replace(/\r\n?/g, "\n")
    .replace(/[^\P{C}\n]|[\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, "");
  const signs = Array.from(clean);
  const isWhole = signs.length <= most && text.length <= most * 4;
  return isWhole ? clean : `${signs.slice(0, most).join("")}… (cut, ${text.length} characters)`;
}

/** Text of the service on one line. */
export function cleanLine(text: string, most = 200): string {
  return cleanText(text, most).replace(/\s+/g, " ").trim();
}

/**
 * A JSON value of the service for an answer: texts are cleaned and cut, data in texts is left out, addresses stay whole, long lists
 * and deep values are cut.
 */
export function cleanJson(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return cleanValue(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= deepestValue) return "(deeper values are left out)";
  if (Array.isArray(value)) {
    const items = value.slice(0, mostItems).map((item) => cleanJson(item, depth + 1));
    return value.length > mostItems ? [...items, `(${value.length - mostItems} more)`] : items;
  }
  const all = Object.entries(value).filter(([, item]) => item !== undefined);
  const fields = all
    .slice(0, mostItems)
    .map(([name, item]): [string, unknown] => [cleanLine(name, 100), cleanJson(item, depth + 1)]);
  if (all.length > mostItems) fields.push(["(more)", all.length - mostItems]);
  return Object.fromEntries(fields);
}

function cleanValue(text: string): string {
  if (/^data:/i.test(text)) {
    const type = /^data:([\w.+-]+\/[\w.+-]+)/i.exec(text)?.[1] ?? "data";
    return `(${type}, ${text.length} characters: the tool save writes it to a file)`;
  }
  const isAddress = text.length <= 4000 && /^https?:\/\/[!-~]+$/i.test(text) && URL.canParse(text);
  return isAddress ? text : cleanText(text);
}
