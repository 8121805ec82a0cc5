import { decodeBase64, decodeDataUri, parseDataUri } from "../../media/data-uri.js";
import { DownloadError } from "../files/download-error.js";
import { readSignature } from "../../media/file-type.js";
import type { PartialFile } from "../files/partial-file.js";
import type { Arrival } from "./download-attempt.js";

const shortestBase64 = 64;

/** Tells if a text of an output is a file itself: a `data:` URI, or base64 text whose first bytes are those of a known kind of file. */
export function isInlineFile(text: string): boolean {
  if (/^data:/i.test(text)) return parseDataUri(text) !== undefined;
  if (text.length < shortestBase64) return false;
  const head = decodeBase64(text.slice(0, shortestBase64));
  return head !== undefined && readSignature(head) !== undefined && decodeBase64(text) !== undefined;
}

/** Writes the bytes of an inline file to a partial file. */
export async function writeInlineFile(text: string, maxBytes: number, file: PartialFile): Promise<Arrival> {
  const uri = parseDataUri(text);
  const data = uri?.data ?? text;
  // A byte takes at most three characters.
  if (data.length > maxBytes * 3 + 1000)
    throw new DownloadError(
      "too_large",
      `The output's own file has more than ${maxBytes} bytes (\`maxBytes\`).`,
    );
  const bytes = uri === undefined ? decodeBase64(text) : decodeDataUri(uri);
  if (bytes === undefined || bytes.length === 0) {
    const fault = bytes === undefined ? "is not well encoded" : "is empty";
    throw new DownloadError("encoding", `The data: URI ${fault}.`);
  }
  if (bytes.length > maxBytes)
    throw new DownloadError(
      "too_large",
      `The output's own file has ${bytes.length} bytes; \`maxBytes\` is ${maxBytes}.`,
    );
  await file.restart(undefined);
  await file.append(bytes);
  return { contentType: uri?.contentType, unverifiedLength: false };
}
