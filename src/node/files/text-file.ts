/**
 * The text of a file in UTF-8 or UTF-16, as editors and PowerShell write it; a byte order mark is left out.
 *
 * @throws Error that names the encoding, for any other: a text that is read in the wrong one would be paid for with wrong letters.
 */
export function decodeText(bytes: Uint8Array): string {
  const encoding = detectEncoding(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    const found = encoding === "utf-8" ? "neither UTF-8 nor UTF-16" : `damaged ${encoding.toUpperCase()}`;
    throw new Error(`it is ${found}; save it as UTF-8`, { cause });
  }
}

function detectEncoding(bytes: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  const [first, second, third, fourth] = bytes;
  const isWide = first === 0xff && second === 0xfe && third === 0 && fourth === 0;
  if (isWide || (first === 0 && second === 0)) throw new Error("it is UTF-32; save it as UTF-8");
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  // JSON and tables begin with an ASCII character, of which UTF-16 makes two bytes, one of them zero.
  if (first === 0) return "utf-16be";
  return second === 0 ? "utf-16le" : "utf-8";
}
