/** A `data:` URI in its parts. */
export interface DataUri {
  /** Such as `"image/png"`; `"text/plain"` where the URI names none. */
  readonly contentType: string;
  readonly isBase64: boolean;
  /** The characters that hold the bytes. */
  readonly data: string;
}

const longestHead = 1000;
const percentSign = 0x25;

/** Reads the parts of a `data:` URI; `undefined` for any other text, and where the comma before the data is missing. */
export function parseDataUri(text: string): DataUri | undefined {
  const head = /^data:\s*([\w.+-]+\/[\w.+-]+)?\s*((?:;[^,;]*)*),/i.exec(text.slice(0, longestHead));
  if (head === null) return undefined;
  return {
    contentType: head[1]?.toLowerCase() ?? "text/plain",
    isBase64: /;\s*base64\s*$/i.test(head[2] ?? ""),
    data: text.slice(head[0].length),
  };
}

/** Decodes the bytes of a `data:` URI; `undefined` where they are not well encoded. */
export function decodeDataUri({ data, isBase64 }: DataUri): Uint8Array | undefined {
  const bytes = decodePercent(data);
  return isBase64 && bytes !== undefined ? decodeBase64(new TextDecoder().decode(bytes)) : bytes;
}

/** Decodes base64 text, of either alphabet; `undefined` where another character is in it. Takes time in proportion to the text. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const end = text.search(/[^A-Za-z0-9+/_\-\s]/);
  if (end >= 0 && !/^={1,2}\s*$/.test(text.slice(end, end + 100))) return undefined;
  const plain = (end < 0 ? text : text.slice(0, end)).replaceAll("-", "+").replaceAll("_", "/");
  // A single character at the end holds no byte, and a decoder would refuse the whole text because of it.
  const count = plain.replace(/\s+/g, "").length;
  if (count % 4 === 1) return undefined;
  const decoded = atob(plain);
  const bytes = new Uint8Array(decoded.length);
  for (let index = 0; index < decoded.length; index++) bytes[index] = decoded.charCodeAt(index);
  return bytes;
}

function decodePercent(text: string): Uint8Array | undefined {
  const bytes = new TextEncoder().encode(text);
  if (!text.includes("%")) return bytes;
  if (/%(?![0-9a-f]{2})/i.test(text)) return undefined;
  let length = 0;
  for (let index = 0; index < bytes.length; index++) {
    const isEscape = bytes[index] === percentSign;
    bytes[length++] = isEscape
      ? Number.parseInt(String.fromCharCode(bytes[index + 1]!, bytes[index + 2]!), 16)
      : bytes[index]!;
    if (isEscape) index += 2;
  }
  return bytes.subarray(0, length);
}
