import { types, type FileType } from "./file-type.js";
import { parseUrl } from "../input/parse-url.js";

/** A file that a result names by its address, or holds itself as a `data:` URI. */
export interface ResultFile {
  readonly url: string;
  /** Absent where the address does not tell. */
  readonly type?: FileType | undefined;
  /** The reason for which the file must not be fetched. */
  readonly refusal?: string | undefined;
}

/** The circumstances of one read. */
export interface ReadOptions {
  /** The address of the service that ran the job: where that is this machine, its files may be read. */
  readonly origin: string;
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/** The tools for a job's files; they differ between platforms. */
export interface ResultFiles {
  /** The files of a job's output, in its order. */
  readonly find: (output: unknown, origin: string) => ResultFile[];
  /** The bytes of a file whose address the guard allows. Rejects with the signal's reason, or an error that says what is wrong. */
  readonly read: (url: string, options: ReadOptions) => Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * The tools of browsers and workers, which cannot learn the addresses behind a name: only `https:` with a full public name is read,
 * and redirects are not followed.
 */
export const resultFiles: ResultFiles = { find, read };

const privateNames = /(?:^|\.)(?:localhost|local|internal|intranet|private|corp|home|lan|arpa|test|invalid)$/;

function find(output: unknown, origin: string): ResultFile[] {
  const urls = new Set<string>();
  const pending: unknown[] = [output];
  const seen = new Set<unknown>();
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (typeof value === "string" && /^(?:https?:\/\/\S|data:)/i.test(value)) urls.add(value);
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    pending.push(
      ...Object.values(value)
        .filter((item) => item !== undefined && item !== null)
        .reverse(),
    );
  }
  return [...urls].map((url) => ({ url, type: typeOfUrl(url), refusal: findRefusal(url, origin) }));
}

/** The kind that the ending of an address tells. */
export function typeOfUrl(url: string): FileType | undefined {
  const known: Readonly<Record<string, FileType>> = types;
  const contentType = /^data:([^;,]+)/i.exec(url)?.[1]?.toLowerCase();
  if (contentType !== undefined) return Object.values(known).find((one) => one.contentType === contentType);
  const extension = /\.([a-z0-9]+)$/i.exec(url.replace(/[?#].*/s, ""))?.[1]?.toLowerCase() ?? "";
  const name = extension === "jpeg" ? "jpg" : extension;
  return Object.hasOwn(known, name) ? known[name] : undefined;
}

function findRefusal(url: string, origin: string): string | undefined {
  if (/^data:/i.test(url)) return undefined;
  const parsed = parseUrl(url);
  if (!parsed) return "it is no well-formed URL";
  const { protocol, port, hostname, username, password, origin: own } = parsed;
  const isOwn = own === origin && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
  if (isOwn) return undefined;
  if (protocol !== "https:" || port !== "") return "it is not https on port 443";
  if (username !== "" || password !== "") return "it carries a user name or a password";
  const isPublic =
    hostname.includes(".") && !/^[\d.]+$|^\[|\.$/.test(hostname) && !privateNames.test(hostname);
  return isPublic ? undefined : `${hostname} is not a full public host name`;
}

async function read(
  url: string,
  { origin, maxBytes, signal }: ReadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const refusal = findRefusal(url, origin);
  if (refusal !== undefined) throw new Error(`the address is not fetched: ${refusal}`);
  const response = await fetch(url, {
    redirect: "error",
    credentials: "omit",
    ...(signal && { signal }),
  });
  if (!response.ok) throw new Error(`the host answered ${response.status}`);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  if (response.body) for await (const chunk of readChunks(response.body, maxBytes)) chunks.push(chunk);
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

async function* readChunks(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  maxBytes: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  let bytes = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    bytes += part.value.length;
    if (bytes > maxBytes) {
      await reader.cancel();
      throw new Error(`the file has more than ${maxBytes} bytes`);
    }
    yield part.value;
  }
}
