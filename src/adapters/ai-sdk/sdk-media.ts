import { decodeBase64 } from "../../media/data-uri.js";
import { typeOfUrl } from "../../media/result-files.js";
import { ConfigError } from "../../errors/errors.js";
import type { SdkFile } from "./sdk-types.js";
import type { Medium } from "./standard-input.js";

/**
 * Turns a file of the AI SDK into a value for a media field.
 *
 * @throws ConfigError where its text is no base64.
 */
export function readMedium(file: SdkFile): Medium {
  if (file.type === "url") return { kind: kindOf(file.mediaType, file.url), value: file.url };
  const { data, mediaType } = file;
  const bytes = typeof data === "string" ? decodeBase64(data) : data;
  if (bytes === undefined)
    throw new ConfigError(
      "A file is text that is no base64; give bytes, base64 text or a URL. Nothing was sent.",
    );
  return { kind: kindOf(mediaType, ""), value: new Blob([new Uint8Array(bytes)], { type: mediaType }) };
}

function kindOf(mediaType: string | undefined, url: string): Medium["kind"] {
  const told = mediaType?.split("/")[0];
  const kind = told === "image" || told === "video" || told === "audio" ? told : typeOfUrl(url)?.kind;
  return kind === "video" || kind === "audio" ? kind : "image";
}
