/** A `data:` URI in its parts. */
export interface DataUri {
  /** Such as `"image/png"`; `"text/plain"` where the URI names none. */
  readonly contentType: string;
  readonly isBase64: boolean;
  /** The characters that hold the bytes. */
  readonly data: string;
}

const longestHead = 1000;

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
  if (!isBase64 || bytes === undefined) return bytes;
  return decodeBase64(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1"));
}

/** Decodes base64 text, of either alphabet; `undefined` where another character is in it. Takes time in proportion to the text. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const end = text.search(/[^A-Za-z0-9+/_\-\s]/);
  if (end >= 0 && !/^={1,2}\s*$/.test(text.slice(end))) return undefined;
  return Buffer.from(text, "base64");
}

function decodePercent(text: string): Uint8Array | undefined {
  if (/%(?![0-9a-f]{2})/i.test(text)) return undefined;
  const bytes = Buffer.from(text, "utf8");
  if (!text.includes("%")) return bytes;
  const decoded = bytes
    .toString("latin1")
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(decoded, "latin1");
}
