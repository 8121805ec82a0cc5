import type { LookupAddress } from "node:dns";
import http from "node:http";
import https, { type RequestOptions } from "node:https";
import { isIP } from "node:net";
import type { Clock } from "../../time/clock.js";
import { onAbort } from "../../time/scope.js";
import { DownloadError } from "../files/download-error.js";
import { queueBody } from "./body-queue.js";
import { bareHost } from "./destination.js";
import { watchIdle } from "./idle-watch.js";
import { createTunnel } from "./proxy-tunnel.js";
import { showUrl } from "./url-redaction.js";

/** The parts of the network that a request uses. Tests replace them to reach a server of their own. */
export interface Connector {
  readonly clock: Clock;
  /** Maps an address that the guard has allowed to the one to connect to. */
  readonly reroute?: (address: string, port: number) => { readonly address: string; readonly port: number };
  /** Certificates to trust in place of the platform's. */
  readonly ca?: string;
  /** Gives the proxies that Node was told to use. */
  readonly proxy?: () => object | undefined;
}

/** Options of one request. */
export interface RequestSettings {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Longest silence in milliseconds, before the headers and within the body. */
  readonly idleMs: number;
}

/** A response whose body is still to be read. */
export interface OpenResponse {
  readonly status: number;
  readonly url: URL;
  /** Throws a `DownloadError` when the connection fails, or the signal's reason after an abort. Iterate only once. */
  readonly body: AsyncIterable<Uint8Array>;
  readonly header: (name: string) => string | undefined;
  /** Ends the connection. */
  readonly close: () => void;
}

/** Sends a GET without credentials. Connects only to `addresses`, whatever the URL's name would resolve to. */
export function sendPinned(
  connector: Connector,
  url: URL,
  addresses: readonly LookupAddress[],
  settings: RequestSettings,
): Promise<OpenResponse> {
  return new Promise((resolve, reject) => {
    const shown = showUrl(url.href);
    const ended = new AbortController();
    let failure: unknown;
    const request = (url.protocol === "https:" ? https : http).request(
      describeRequest(connector, url, addresses, settings, ended.signal),
    );
    function stop(reason: unknown): void {
      failure ??= reason;
      ended.abort();
      request.destroy();
      reject(reason);
    }
    const idle = watchIdle(connector.clock, settings.idleMs, () =>
      stop(new DownloadError("stalled", `${shown} sent nothing for ${settings.idleMs / 1000} s.`)),
    );
    const { signal } = settings;
    const unsubscribe = onAbort(signal, stop);
    request.once("close", () => {
      idle.end();
      unsubscribe();
    });
    request.on("error", (cause) => {
      failure ??= cause;
      reject(connectionError(shown, cause));
    });
    request.once("response", (message) => {
      idle.start();
      resolve({
        status: message.statusCode ?? 0,
        url,
        body: readBody(queueBody(message, idle), () => failure, shown),
        header: (name) => message.headersDistinct[name]?.join(", "),
        close: () => void request.destroy(),
      });
    });
    request.end();
  });
}

/** Gives the pieces of a body, and throws the reason why it ended early. */
async function* readBody(
  pieces: AsyncIterable<Uint8Array>,
  failure: () => unknown,
  shown: string,
): AsyncIterable<Uint8Array> {
  try {
    yield* pieces;
  } catch (error) {
    throw failure() ?? error;
  }
  // The platform's parser reports bytes after the announced length as an error, although the body itself ended well.
  const cause = failure();
  if (cause !== undefined)
    throw new DownloadError("length", `${shown} sent more than it announced.`, { cause });
}

function connectionError(shown: string, cause: Error): DownloadError {
  return isUntrusted(cause)
    ? new DownloadError("refused", `${shown} is not fetched: ${cause.message}.`, { cause })
    : new DownloadError("connection", `${shown} cannot be read: ${cause.message}.`, { cause });
}

/** Tells errors about certificates: another attempt would meet the same certificate. */
function isUntrusted(error: Error): boolean {
  return "code" in error && /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/.test(String(error.code));
}

function describeRequest(
  { reroute, ca, proxy }: Connector,
  url: URL,
  addresses: readonly LookupAddress[],
  { headers }: RequestSettings,
  ended: AbortSignal,
): RequestOptions {
  const port = Number(url.port === "" ? (url.protocol === "https:" ? 443 : 80) : url.port);
  const targets = addresses.map(({ address }) => reroute?.(address, port) ?? { address, port });
  const pinned = targets.map(({ address }) => ({ address, family: isIP(address) }));
  const host = bareHost(url);
  return {
    // Node skips `lookup` for a literal address, so a rerouted one needs a name.
    host: reroute !== undefined && isIP(host) !== 0 ? "rerouted.invalid" : host,
    port: targets[0]?.port ?? port,
    path: url.pathname + url.search,
    method: "GET",
    agent: url.protocol === "https:" && createTunnel(proxy?.(), ended),
    headers: {
      host: url.host,
      "user-agent": "runcomfy-models",
      accept: "*/*",
      "accept-encoding": "identity",
      ...headers,
    },
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== undefined && { ca }),
    // A tunnel does not ask for the host's address; a host that the proxy is not for has none where it could not be resolved.
    lookup: (name, { all }, done) => {
      if (pinned.length === 0) done(new Error(`${name} cannot be resolved`), []);
      else if (all) done(null, pinned);
      else done(null, pinned[0]?.address ?? "", pinned[0]?.family);
    },
  };
}
