/** The text of a page, or the reason why the bytes are not text. */
export type Decoded =
  | { readonly ok: true; readonly text: string; readonly note: string | undefined }
  | { readonly ok: false; readonly reason: string };

/** The largest page that is read, in bytes: real pages are far smaller. */
export const mostPageBytes = 32 * 1024 * 1024;

/** Turns the bytes of a saved page into text with `\n` line ends: UTF-8, UTF-16 in either order, others as a last resort. */
export function decodePage(bytes: Uint8Array): Decoded {
  if (bytes.length > mostPageBytes)
    return { ok: false, reason: `has ${bytes.length} bytes, more than any documentation page` };
  const wide = wideOrder(bytes);
  if (wide !== undefined) return finish(new TextDecoder(wide).decode(bytes), undefined);
  if (bytes.subarray(0, 65_536).includes(0))
    return { ok: false, reason: "holds zero bytes, so it is not text" };
  try {
    // Decoded as a stream, because a page that was cut may end inside a character.
    return finish(new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true }), undefined);
  } catch {
    return decodeOther(bytes);
  }
}

/** Text that is not clean UTF-8: UTF-8 with a few broken bytes, the encoding that the page names, or Windows-1252. */
function decodeOther(bytes: Uint8Array): Decoded {
  const lenient = new TextDecoder("utf-8").decode(bytes);
  const broken = lenient.split("\ufffd").length - 1;
  if (lenient.replace(/[\0-\x7f\ufffd]+/g, "").length > 4 * broken)
    return finish(lenient, `has ${broken} bytes that are not UTF-8, so check its accents`);
  const named = namedEncoding(bytes);
  // Decoded as a stream, because without one Node 20 takes Windows-1252 for Latin-1.
  const text = (named ?? new TextDecoder("windows-1252")).decode(bytes, { stream: true });
  if (countControls(text) > text.length / 100) return { ok: false, reason: "is not text" };
  const encoding = named === undefined ? "Windows-1252" : named.encoding;
  return finish(text, `is not UTF-8; it was read as ${encoding}, so check its accents`);
}

/** A reader of the encoding that HTML names in its head; undefined where it names none that is known. */
function namedEncoding(bytes: Uint8Array): TextDecoder | undefined {
  const head = new TextDecoder("windows-1252").decode(bytes.subarray(0, 4096));
  const name = /<meta\b[^>]*\bcharset\s*=\s*["']?([\w:.-]{2,40})/i.exec(head)?.[1];
  if (name === undefined || /^utf-?\d/i.test(name)) return undefined;
  try {
    return new TextDecoder(name);
  } catch {
    return undefined;
  }
}

function finish(text: string, note: string | undefined): Decoded {
  const lines = text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  if (lines.trim() === "") return { ok: false, reason: "is empty" };
  if (
    /^(?:From|Snapshot-Content-Location|MIME-Version|Subject):/.test(lines) &&
    /^content-type: *multipart\//im.test(lines.slice(0, 4096))
  ) {
    return { ok: false, reason: "is a web archive of several files" };
  }
  if (countControls(lines.slice(0, 65_536)) > Math.min(lines.length, 65_536) / 100) {
    return { ok: false, reason: "is full of control characters, so it is not text" };
  }
  return { ok: true, text: lines, note };
}

/** Tells UTF-16 by its mark, or by the zero bytes that ASCII leaves in it. */
function wideOrder(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const head = bytes.subarray(0, 4096);
  const zeros = [0, 0];
  head.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  const most = head.length / 2;
  if (most >= 8 && odd > most * 0.5 && even < most * 0.02) return "utf-16le";
  if (most >= 8 && even > most * 0.5 && odd < most * 0.02) return "utf-16be";
  return undefined;
}

function countControls(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if ((unit < 0x20 && unit !== 0x09 && unit !== 0x0a && unit !== 0x0c) || unit === 0xfffd) count++;
  }
  return count;
}
