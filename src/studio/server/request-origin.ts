import type { IncomingMessage } from "node:http";

/**
 * Refuses a request that is addressed to another host, or comes from a page of another origin; undefined for one that may go on. A page
 * of the internet can lead a name of its own to this machine, and any page can send forms and load pictures from here.
 */
export function refuseForeign({ headersDistinct }: IncomingMessage, port: number): string | undefined {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const [host, ...more] = headersDistinct["host"] ?? [];
  if (host === undefined || more.length > 0 || !hosts.includes(host))
    return "It is addressed to another host.";
  const origins = headersDistinct["origin"] ?? [];
  // The page's own origin is the very host that the request is addressed to.
  if (origins.some((origin) => origin !== `http://${host}`)) return "It comes from a page of another origin.";
  const sites = headersDistinct["sec-fetch-site"] ?? [];
  if (sites.some((site) => site !== "same-origin" && site !== "none"))
    return "It comes from a page of another site.";
  return undefined;
}
