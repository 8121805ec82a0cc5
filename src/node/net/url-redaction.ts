import { parseUrl } from "../../input/parse-url.js";

/** Query parameters that give access to a file, such as the signatures, keys and tokens of the usual storage services. */
const secretName =
  /sig(nature)?$|token|secret|passw|credential|^auth|api[-_]?key|^key$|key-pair-id|^policy$|^x-(amz|goog|oss|tos|cos|bce)-|^(awsaccesskeyid|googleaccessid|ossaccesskeyid)$/i;

/** For files: removes the user name and the values of secret parameters from a URL. Other text is returned unchanged; a long `data:` URI is cut. */
export function redactUrl(text: string): string {
  if (/^data:/i.test(text) || /^[\w+/-]{100}/.test(text))
    return text.length <= 200 ? text : `${text.slice(0, 60)}… (${text.length} characters)`;
  const url = /^https?:\/\//i.test(text) ? parseUrl(text) : undefined;
  if (!url) return text;
  const secrets = [...new Set(url.searchParams.keys())].filter((name) => secretName.test(name));
  if (secrets.length === 0 && url.username === "" && url.password === "") return text;
  for (const name of secrets) url.searchParams.set(name, "removed");
  url.username = "";
  url.password = "";
  return url.href;
}

/** For messages: removes the user name and the whole query from a URL, and cuts it to 200 characters. */
export function showUrl(text: string): string {
  // A file that stands in the output itself is as long as the file.
  const inline =
    /^data:[^,]{0,60}(,|$)/i.exec(text)?.[0] ?? (/^[\w+/-]{60}/.test(text) ? text.slice(0, 20) : undefined);
  if (inline !== undefined && text.length > 100) return `${inline}… (${text.length} characters)`;
  const plain = text.replace(/[?#].*$/s, "").replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, "$1");
  const short = plain.length > 200 ? `${plain.slice(0, 200)}…` : plain;
  // oxlint-disable-next-line no-control-regex -- a message must not move the terminal's cursor
  return short.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\u00b7");
}
