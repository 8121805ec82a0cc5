import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import http from "node:http";
import https, { type RequestOptions } from "node:https";
import { isIP } from "node:net";
import type { Clock } from "../../time/clock.js";
import { systemClock, untilAbort } from "../../time/clock.js";
import { isLoopback, isPublicAddress } from "./ip-address.js";
import { queueBody } from "./body-queue.js";
import { bareHost, judgeUrl, type DestinationRules } from "./destination.js";
import { DownloadError } from "../files/download-error.js";
import { showUrl } from "./url-redaction.js";
import { watchIdle, type IdleWatch } from "./idle-watch.js";

/** The ways to the outside, so that tests can lead them to a server of their own. */
export interface Network {
  readonly clock: Clock;
  readonly resolve: (host: string) => Promise<readonly LookupAddress[]>;
  /** Where to really connect, once an address was judged. */
  readonly reroute?: (address: string, port: number) => { readonly address: string; readonly port: number };
  /** Certificates to trust instead of the platform's. */
  readonly ca?: string;
}

/** The real network. */
export const systemNetwork: Network = {
  clock: systemClock,
  resolve: (host) => lookup(host, { all: true, verbatim: true }),
};

/** How a request is made. */
export interface OpenOptions {
  readonly rules: DestinationRules;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Longest silence, before the headers and within the body. */
  readonly idleMs: number;
}

/** An answer whose body is still to be read. Closing it ends the connection. */
export interface OpenResponse {
  readonly status: number;
  readonly url: URL;
  readonly body: AsyncIterable<Uint8Array>;
  readonly header: (name: string) => string | undefined;
  /** To be called as the body moves; silence longer than the idle time ends the connection. */
  readonly touch: () => void;
  readonly close: () => void;
  /** Why the body was cut off, where that was our doing. */
  readonly fault: () => unknown;
}

const mostRedirects = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * Sends a GET, without any credentials, to a URL that the guard allows, and follows at most five redirects, each judged anew.
 * A name is resolved once for each hop; all its addresses must be public, and only those are connected to.
 */
export async function openUrl(network: Network, text: string, options: OpenOptions): Promise<OpenResponse> {
  let next = text;
  let startedHere = false;
  for (let hop = 0; hop <= mostRedirects; hop++) {
    const judged = judgeUrl(next, options.rules);
    if (judged.verdict === "refused") {
      throw new DownloadError(
        "refused",
        `${hop > 0 ? "Redirected to a URL that" : "The URL"} is not fetched: ${judged.message} (${showUrl(next)}).`,
      );
    }
    if (hop === 0) startedHere = judged.local;
    if (judged.local && !startedHere) {
      throw new DownloadError(
        "refused",
        `${showUrl(text)} redirects to this machine, which is not followed.`,
      );
    }
    const addresses = await resolveSafely(network, judged.url, judged.local, options.signal);
    const response = await send(network, judged.url, addresses, options);
    const location = response.header("location");
    if (!redirects.has(response.status) || location === undefined) return response;
    response.close();
    if (!URL.canParse(location, judged.url)) {
      throw new DownloadError("refused", `${showUrl(next)} redirects to something that is no URL.`);
    }
    next = /^[a-z][a-z0-9+.-]*:/i.test(location) ? location : new URL(location, judged.url).href;
  }
  throw new DownloadError("refused", `${showUrl(text)} redirects more than ${mostRedirects} times.`);
}

async function resolveSafely(
  network: Network,
  url: URL,
  local: boolean,
  signal: AbortSignal | undefined,
): Promise<readonly LookupAddress[]> {
  signal?.throwIfAborted();
  const host = bareHost(url);
  // A socket's own lookup is skipped for literal addresses, so they are judged here like resolved ones.
  const family = isIP(host);
  let addresses: readonly LookupAddress[];
  try {
    // The platform's resolver cannot be stopped, but it need not be waited for.
    addresses =
      family === 0 ? await untilAbort(network.resolve(host), [signal]) : [{ address: host, family }];
  } catch (cause) {
    signal?.throwIfAborted();
    throw new DownloadError("connection", `${host} cannot be resolved.`, { cause });
  }
  signal?.throwIfAborted();
  const isSafe = local ? isLoopback : isPublicAddress;
  const unsafe = addresses.find((entry) => !isSafe(entry.address));
  if (unsafe !== undefined) {
    throw new DownloadError(
      "refused",
      `${host} is not fetched: it resolves to ${unsafe.address}, which is not a public address.`,
    );
  }
  if (addresses.length === 0) throw new DownloadError("connection", `${host} resolves to no address.`);
  return addresses;
}

function send(
  network: Network,
  url: URL,
  addresses: readonly LookupAddress[],
  options: OpenOptions,
): Promise<OpenResponse> {
  return new Promise((resolve, reject) => {
    const { signal } = options;
    let fault: unknown;
    const request = (url.protocol === "https:" ? https : http).request(
      describe(network, url, addresses, options),
    );
    function stop(reason: unknown): void {
      fault ??= reason;
      request.destroy();
      reject(reason);
    }
    const abort = (): void => stop(signal?.reason);
    const idle: IdleWatch = watchIdle(network.clock, options.idleMs, () =>
      stop(new DownloadError("stalled", `${showUrl(url.href)} sent nothing for ${options.idleMs / 1000} s.`)),
    );
    signal?.addEventListener("abort", abort, { once: true });
    request.once("close", () => {
      idle.stop();
      signal?.removeEventListener("abort", abort);
    });
    request.on("error", (cause) => {
      fault ??= cause;
      const shown = showUrl(url.href);
      reject(
        isUntrusted(cause)
          ? new DownloadError("refused", `${shown} is not fetched: ${cause.message}.`, { cause })
          : new DownloadError("connection", `${shown} cannot be read: ${cause.message}.`, { cause }),
      );
    });
    request.once("response", (body) => {
      resolve({
        status: body.statusCode ?? 0,
        url,
        body: queueBody(body),
        header: (name) => body.headersDistinct[name]?.join(", "),
        touch: idle.touch,
        close: () => void request.destroy(),
        fault: () => fault,
      });
    });
    request.end();
  });
}

/** Certificates do not get better by asking again. */
function isUntrusted(error: Error): boolean {
  return "code" in error && /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/.test(String(error.code));
}

function describe(
  network: Network,
  url: URL,
  addresses: readonly LookupAddress[],
  options: OpenOptions,
): RequestOptions {
  const wanted = Number(url.port === "" ? (url.protocol === "https:" ? 443 : 80) : url.port);
  const targets = addresses.map(
    (entry) => network.reroute?.(entry.address, wanted) ?? { address: entry.address, port: wanted },
  );
  const pinned = targets.map(({ address }) => ({ address, family: isIP(address) }));
  const host = bareHost(url);
  return {
    // A rerouted literal needs a name, or the socket would go straight to it.
    host: network.reroute !== undefined && isIP(host) !== 0 ? "rerouted.invalid" : host,
    port: targets[0]?.port ?? wanted,
    path: url.pathname + url.search,
    method: "GET",
    agent: false,
    headers: {
      host: url.host,
      "user-agent": "runcomfy-models",
      accept: "*/*",
      "accept-encoding": "identity",
      ...options.headers,
    },
    ...(isIP(host) === 0 && { servername: host }),
    ...(network.ca !== undefined && { ca: network.ca }),
    lookup: (_host, wish, done) => {
      if (wish.all) done(null, pinned);
      else done(null, pinned[0]?.address ?? "", pinned[0]?.family);
    },
  };
}
