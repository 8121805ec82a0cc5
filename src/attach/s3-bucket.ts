import type { Clock } from "../time/clock.js";
import type { UploadFile } from "./upload-types.js";
import type { Platform, StorageResponse } from "./attach-platform.js";
import { sendToStorage } from "./storage-request.js";
import { UploadError } from "./upload-error.js";

/** The part of aws4fetch that is used. */
export interface Signer {
  readonly sign: (
    url: string,
    init: {
      readonly method: string;
      readonly headers?: Record<string, string>;
      readonly aws?: { readonly signQuery?: boolean; readonly allHeaders?: boolean };
    },
  ) => Promise<Request>;
}

/** The place of a bucket. */
interface BucketOptions {
  readonly endpoint: string;
  readonly bucket: string;
  readonly publicEndpoint?: string | undefined;
}

/** The circumstances of one upload. */
export interface PutContext {
  readonly signal: AbortSignal;
  readonly onProgress?: ((sentBytes: number) => void) | undefined;
}

/** One request about an object. */
export interface BucketRequest extends PutContext {
  readonly method: string;
  readonly query?: string;
  readonly body?: Blob;
  readonly headers?: Readonly<Record<string, string>>;
  /** The hash of the body, which is signed with the request. */
  readonly sha256?: string;
}

/** A bucket of an S3-compatible storage. */
export interface Bucket {
  readonly request: (key: string, request: BucketRequest) => Promise<StorageResponse>;
  readonly hash: (blob: Blob, signal: AbortSignal) => Promise<string>;
  /** The size of an object in bytes; `undefined` when it is not there, or may not be asked for. */
  readonly sizeOf: (key: string, signal: AbortSignal) => Promise<number | undefined>;
  readonly put: (key: string, file: UploadFile, context: PutContext) => Promise<void>;
  readonly signForReading: (key: string, expiresInMs: number) => Promise<string>;
  /** An address that takes one PUT with exactly this type and size. */
  readonly signForWriting: (
    key: string,
    file: { readonly contentType: string; readonly bytes: number },
    expiresInMs: number,
  ) => Promise<string>;
}

const hashOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** Speaks to one bucket. `loadSigner` is called when the first request is signed. */
export function createBucket<Options extends BucketOptions>(
  platform: Platform,
  options: Options,
  loadSigner: (options: Options) => Promise<Signer>,
  clock: Clock,
): Bucket {
  let signer: Promise<Signer> | undefined;
  const sign: Signer["sign"] = async (url, init) => (await (signer ??= loadSigner(options))).sign(url, init);

  function addressOf(key: string, endpoint = options.endpoint): string {
    const path = [options.bucket, ...key.split("/")].map(encodeURIComponent).join("/");
    return `${endpoint.replace(/\/+$/, "")}/${path}`;
  }

  async function request(key: string, given: BucketRequest): Promise<StorageResponse> {
    const { method, query = "", body, headers, sha256 = hashOfNothing, signal, onProgress } = given;
    return sendToStorage(platform, clock, async () => {
      // Each attempt is signed anew: a signature is bound to its time.
      const signed = await sign(addressOf(key) + query, {
        method,
        headers: { ...headers, "x-amz-content-sha256": sha256 },
      });
      const signedHeaders = Object.fromEntries(signed.headers);
      return { method, url: signed.url, headers: signedHeaders, body, signal, onProgress };
    });
  }

  async function sizeOf(key: string, signal: AbortSignal): Promise<number | undefined> {
    const { status, header } = await request(key, { method: "HEAD", signal });
    const size = header("content-length");
    return status === 200 && size !== undefined ? Number(size) : undefined;
  }

  async function put(key: string, file: UploadFile, context: PutContext): Promise<void> {
    const { blob, sha256, contentType } = file;
    const headers = { "content-type": contentType };
    requireOk(await request(key, { method: "PUT", body: blob, sha256, headers, ...context }));
  }

  async function signForReading(key: string, expiresInMs: number): Promise<string> {
    const url = `${addressOf(key, options.publicEndpoint)}?X-Amz-Expires=${Math.floor(expiresInMs / 1000)}`;
    return (await sign(url, { method: "GET", aws: { signQuery: true } })).url;
  }

  async function signForWriting(
    key: string,
    { contentType, bytes }: { readonly contentType: string; readonly bytes: number },
    expiresInMs: number,
  ): Promise<string> {
    const url = `${addressOf(key)}?X-Amz-Expires=${Math.floor(expiresInMs / 1000)}`;
    const headers = { "content-type": contentType, "content-length": String(bytes) };
    return (await sign(url, { method: "PUT", headers, aws: { signQuery: true, allHeaders: true } })).url;
  }

  return { request, hash: platform.hashBlob, sizeOf, put, signForReading, signForWriting };
}

/** Throws the storage's own words where it refused a request. */
export function requireOk(response: StorageResponse): StorageResponse {
  const { status, text } = response;
  if (status >= 200 && status < 300 && !/<Error>/.test(text)) return response;
  const code = readElement(text, "Code");
  const words = [code, readElement(text, "Message")].filter((part) => part !== undefined).join(": ");
  const remedy =
    code === "RequestTimeTooSkewed"
      ? "Set the clock of this machine"
      : status === 401 || status === 403
        ? "Check the access key, its secret and its rights to read and write this bucket"
        : status === 404
          ? "Check the endpoint and the name of the bucket"
          : "Try again later";
  const shown = words === "" ? "" : ` (${words})`;
  throw new UploadError(`The storage answered ${status}${shown}. ${remedy}. No job was submitted.`, {
    status,
  });
}

/** The text of an XML element; the elements of these answers have neither attributes nor elements of the same name inside. */
export function readElement(xml: string, name: string): string | undefined {
  const found = new RegExp(`<${name}>([^<]{1,300})</${name}>`).exec(xml)?.[1];
  return found
    ?.replace(/&(quot|lt|gt|apos|amp|#34|#x22);/g, (_, entity: string) => entities[entity] ?? " ")
    .replace(/\p{Cc}/gu, " ");
}

const entities: { readonly [name: string]: string } = {
  quot: '"',
  "#34": '"',
  "#x22": '"',
  lt: "<",
  gt: ">",
  apos: "'",
  amp: "&",
};
