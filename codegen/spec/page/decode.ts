/** The text of a page, or the reason why the bytes are none. */
export type Decoded =
  | { readonly ok: true; readonly text: string; readonly note: string | null }
  | { readonly ok: false; readonly reason: string };

/** Pages are far smaller; what is larger is not one page. */
export const MAX_BYTES = 32 * 1024 * 1024;

/** Turns the bytes of a saved page into text with `\n` line ends: UTF-8, UTF-16 in either order, Windows-1252 as a last resort. */
export function decodePage(bytes: Uint8Array): Decoded {
  if (bytes.length > MAX_BYTES)
    return { ok: false, reason: `has ${bytes.length} bytes, more than any documentation page` };
  const wide = wideOrder(bytes);
  if (wide !== null) return finish(new TextDecoder(wide).decode(bytes), null);
  if (bytes.subarray(0, 65_536).includes(0))
    return { ok: false, reason: "holds zero bytes, so it is not text" };
  try {
    return finish(new TextDecoder("utf-8", { fatal: true }).decode(bytes), null);
  } catch {
    const text = new TextDecoder("windows-1252").decode(bytes);
    if (countControls(text) > text.length / 100) return { ok: false, reason: "is not text" };
    return finish(text, "is not UTF-8; it was read as Windows-1252, so look at its accents");
  }
}

function finish(text: string, note: string | null): Decoded {
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
function wideOrder(bytes: Uint8Array): "utf-16le" | "utf-16be" | null {
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
  return null;
}

function countControls(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if ((unit < 0x20 && unit !== 0x09 && unit !== 0x0a && unit !== 0x0c) || unit === 0xfffd) count++;
  }
  return count;
}
