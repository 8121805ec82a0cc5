import { BlockList, isIP } from "node:net";

/**
 * IPv4 networks that are not the public internet: the whole special-purpose registry, and the one public address at which
 * Azure serves its own machines.
 */
const special4: readonly (readonly [network: string, prefix: number])[] = [
  ["0.0.0.0", 8], // this network
  ["10.0.0.0", 8], // private
  ["100.64.0.0", 10], // carrier-grade NAT
  ["127.0.0.0", 8], // loopback
  ["168.63.129.16", 32], // Azure's host agent
  ["169.254.0.0", 16], // link-local, cloud metadata
  ["172.16.0.0", 12], // private
  ["192.0.0.0", 24], // protocol assignments
  ["192.0.2.0", 24], // documentation
  ["192.31.196.0", 24], // AS112
  ["192.52.193.0", 24], // multicast relays
  ["192.88.99.0", 24], // 6to4 relays
  ["192.168.0.0", 16], // private
  ["192.175.48.0", 24], // AS112
  ["198.18.0.0", 15], // benchmarks
  ["198.51.100.0", 24], // documentation
  ["203.0.113.0", 24], // documentation
  ["224.0.0.0", 4], // multicast
  ["240.0.0.0", 4], // reserved, broadcast
];

/** IPv6 networks inside 2000::/3 that are not the public internet. Everything outside 2000::/3 is not public either. */
const special6: readonly (readonly [network: string, prefix: number])[] = [
  ["2001::", 23], // protocol assignments: Teredo, ORCHID, benchmarks
  ["2001:db8::", 32], // documentation
  ["2002::", 16], // 6to4, carries any IPv4
  ["2620:4f:8000::", 48], // AS112
  ["3ffe::", 16], // the former 6bone
  ["3fff::", 20], // documentation
];

// IPv4 and IPv6 have lists of their own: one BlockList would apply the IPv4 rules to IPv4-mapped IPv6 addresses too.
const blocked4 = new BlockList();
for (const [network, prefix] of special4) blocked4.addSubnet(network, prefix, "ipv4");
const blocked6 = new BlockList();
for (const [network, prefix] of special6) blocked6.addSubnet(network, prefix, "ipv6");
const global6 = new BlockList();
global6.addSubnet("2000::", 3, "ipv6");

/**
 * Tells if an IP address belongs to the public internet. Addresses that wrap an IPv4 address (mapped, compatible, NAT64,
 * 6to4, Teredo), that carry a zone, or that are not plain IP addresses count as not public.
 */
export function isPublicAddress(address: string): boolean {
  if (address.includes("%")) return false;
  const family = isIP(address);
  if (family === 4) return !blocked4.check(address, "ipv4");
  if (family === 6) return global6.check(address, "ipv6") && !blocked6.check(address, "ipv6");
  return false;
}

/** Tells if an IP address is a loopback address of this machine. */
export function isLoopback(address: string): boolean {
  return address === "::1" || (isIP(address) === 4 && address.startsWith("127."));
}

/** Accepts an IP address, or one with the length of its prefix: `"198.18.0.0/15"`, `"fc00::/18"`. */
export function isAddressRange(text: string): boolean {
  const [, address = "", prefix] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && (prefix === undefined || Number(prefix) <= (family === 4 ? 32 : 128));
}

/** Tells if an IP address lies in one of the ranges. */
export function isInRanges(address: string, ranges: readonly string[]): boolean {
  const family = isIP(address);
  if (family === 0 || address.includes("%")) return false;
  return ranges.filter(isAddressRange).some((range) => {
    const [network = "", prefix] = range.split("/");
    if (isIP(network) !== family) return false;
    const list = new BlockList();
    const type = family === 4 ? "ipv4" : "ipv6";
    list.addSubnet(network, Number(prefix ?? (family === 4 ? 32 : 128)), type);
    return list.check(address, type);
  });
}

/** Tells if an address is one of those that VPNs and proxies in fake-IP mode give to every host. */
export function isFakeAddress(address: string): boolean {
  return isInRanges(address, ["198.18.0.0/15", "fc00::/18"]);
}
