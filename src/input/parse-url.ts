/**
 * The URL that a text stands for; undefined where it stands for none. `URL.canParse` of Node 20 says no to letters such as ü once a
 * program has called it often.
 */
export function parseUrl(text: string, base?: URL): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
