import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { systemClock } from "../../time/clock.js";
import { scope } from "../../time/scope.js";
import { DownloadError } from "../files/download-error.js";
import { bareHost, isAllowedAddress, judgeUrl, type DestinationRules } from "./destination.js";
import { isFakeAddress, isLoopback } from "./ip-address.js";
import { readProxies } from "./proxy-tunnel.js";
import { sendPinned, type Connector, type OpenResponse, type RequestSettings } from "./pinned-request.js";
import { showUrl } from "./url-redaction.js";
import { parseUrl } from "../../input/parse-url.js";

/** The ways to the outside, so that tests can lead them to a server of their own. */
export interface Network extends Connector {
  readonly resolve: (host: string) => Promise<readonly LookupAddress[]>;
}

/** The real network. */
export const systemNetwork: Network = {
  clock: systemClock,
  proxy: readProxies,
  resolve: (host) => lookup(host, { all: true, verbatim: true }),
};

/** Options of `openUrl`. */
export interface OpenOptions extends RequestSettings {
  readonly rules: DestinationRules;
}

/** Behind a proxy, a name server that never answers must not hold up a download. */
const proxiedResolveMs = 2000;
const mostRedirects = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * Sends a GET, without any credentials, to a URL that the guard allows, and follows at most five redirects, each judged anew.
 * A name is resolved once for each hop; all its addresses must be public or allowed, and only those are connected to. Where Node was
 * told to use the proxies of the environment, the proxy connects; it may know names that this machine cannot resolve.
 *
 * @throws DownloadError `refused` or `connection`, or the signal's reason.
 */
export async function openUrl(network: Network, text: string, options: OpenOptions): Promise<OpenResponse> {
  let next = text;
  let startedHere = false;
  for (let hop = 0; hop <= mostRedirects; hop++) {
    const judged = judgeUrl(next, options.rules);
    if (judged.verdict === "refused") {
      const subject = hop > 0 ? "Redirected to a URL that" : "The URL";
      throw new DownloadError("refused", `${subject} is not fetched: ${judged.message} (${showUrl(next)}).`);
    }
    if (hop === 0) startedHere = judged.local;
    if (judged.local && !startedHere) {
      throw new DownloadError(
        "refused",
        `${showUrl(text)} redirects to this machine, which is not followed.`,
      );
    }
    const addresses = await resolveSafely(network, judged.url, judged.local, options);
    const response = await sendPinned(network, judged.url, addresses, options);
    const location = response.header("location");
    if (!redirects.has(response.status) || location === undefined) return response;
    response.close();
    next = readLocation(location, judged.url);
  }
  throw new DownloadError("refused", `${showUrl(text)} redirects more than ${mostRedirects} times.`);
}

function readLocation(location: string, base: URL): string {
  const next = parseUrl(location, base);
  if (!next) throw new DownloadError("refused", `${showUrl(base.href)} redirects to an invalid URL.`);
  // An absolute URL is judged as it was written: the platform's parser would hide some of what the guard refuses.
  return /^[a-z][a-z0-9+.-]*:/i.test(location) ? location : next.href;
}

async function resolveSafely(
  network: Network,
  url: URL,
  local: boolean,
  { rules, signal }: OpenOptions,
): Promise<readonly LookupAddress[]> {
  const host = bareHost(url);
  const addresses = await resolveHost(network, host, signal);
  const unsafe = addresses.find(({ address }) =>
    local ? !isLoopback(address) : !isAllowedAddress(address, rules),
  );
  if (unsafe !== undefined) throw refuseAddress(host, unsafe.address);
  if (addresses.length === 0 && network.proxy?.() === undefined)
    throw new DownloadError("connection", `${host} resolves to no address.`);
  return addresses;
}

function refuseAddress(host: string, address: string): DownloadError {
  const range = address.includes(":") ? "fc00::/18" : "198.18.0.0/15";
  const hint = isFakeAddress(address)
    ? ` A VPN or proxy in fake-IP mode gives every host such an address. If you use one, allow them: allowAddresses: ["${range}"], on the command line --allow-address ${range}.`
    : ` If that is your own gateway, allow it by the option allowAddresses, on the command line --allow-address.`;
  const message = `${host} is not fetched: it resolves to ${address}, which is not a public address.${hint}`;
  return new DownloadError("refused", message);
}

async function resolveHost(
  network: Network,
  host: string,
  signal: AbortSignal | undefined,
): Promise<readonly LookupAddress[]> {
  signal?.throwIfAborted();
  // A socket skips its own lookup for a literal address, so that one is judged here like a resolved one.
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  const isProxied = network.proxy?.() !== undefined;
  try {
    // The platform's resolver cannot be stopped, so an abort only ends the wait for it.
    return await scope(
      { clock: network.clock, ms: isProxied ? proxiedResolveMs : Infinity, signals: [signal] },
      () => network.resolve(host),
    );
  } catch (cause) {
    signal?.throwIfAborted();
    // Behind a proxy this machine may know no names at all; the proxy resolves them.
    if (isProxied) return [];
    throw new DownloadError("connection", `${host} cannot be resolved.`, { cause });
  }
}
