/**
 * A test for model ids from patterns in which `*` stands for any text, slashes among it, and `?` for one character. An id fits where
 * one of the patterns does and none that begins with `!`; without a plain pattern all ids fit but those.
 */
export function matchIds(patterns: readonly string[]): (id: string) => boolean {
  const wanted = patterns.filter((pattern) => !pattern.startsWith("!")).map(toRegExp);
  const unwanted = patterns
    .filter((pattern) => pattern.startsWith("!"))
    .map((pattern) => toRegExp(pattern.slice(1)));
  return (id) =>
    (wanted.length === 0 || wanted.some((pattern) => pattern.test(id))) &&
    !unwanted.some((pattern) => pattern.test(id));
}

function toRegExp(pattern: string): RegExp {
  // Runs of stars would make the expression slow on long ids.

  return new RegExp(
    `^${pattern
      .replace(/\*+/g, "*")
      .replace(/[\\^$.+()|{}[\]]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "su",
  );
}
