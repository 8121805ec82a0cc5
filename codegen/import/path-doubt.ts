/** The words that say what a model makes of what, such as `image to video`. */
const task =
  /\b(?:text|image|video|audio|speech|reference|first last frame) to (?:image|video|audio|speech)\b/;
/** Words behind an id that belong to it, unlike those of a date, a language or a copy. */
const moreOfId =
  /^(?:v\d|(?:text|image|video|audio|speech|reference) to |(?:pro|fast|lite|standard|edit|draft|extend)\b)/;

/**
 * Finds the other model that the path of a saved page names; undefined where it names the page's own or, as `page.html`, none. `known`
 * are the ids of all models of which there are specs.
 */
export function findOtherModel(file: string, id: string, known: readonly string[]): string | undefined {
  const path = toWords(file.replace(/\.[a-z]{2,5}$/i, ""));
  const named = known.filter((one) => holds(path, one)).toSorted((a, b) => b.length - a.length)[0];
  if (named !== undefined && named !== id && (named.length > id.length || !holds(path, id))) return named;
  if (holds(path, id)) {
    const rest = path.slice(path.lastIndexOf(toWords(id)) + toWords(id).length);
    return moreOfId.test(rest) ? file : undefined;
  }
  const said = task.exec(toWords(file.split(/[/\\]/).at(-1) ?? ""))?.[0];
  const own = task.exec(toWords(id))?.[0];
  return said !== undefined && own !== undefined && said !== own ? file : undefined;
}

function holds(path: string, id: string): boolean {
  return path.includes(toWords(id));
}

/** The words of a text in lower case, each with a space on both sides: whatever a file system takes for a slash or a dot is gone. */
function toWords(text: string): string {
  const words = text
    .normalize("NFKC")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  return ` ${words.filter((word) => word !== "").join(" ")} `;
}
