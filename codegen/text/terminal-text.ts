/** Makes foreign text safe for a terminal: no control characters, no characters that turn text around, at most 400 characters. */
export function printable(text: string): string {
  const shown = text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu,
    (sign) => `\\u{${sign.codePointAt(0)!.toString(16)}}`,
  );
  return shown.length > 400 ? `${shown.slice(0, 400)}…` : shown;
}
