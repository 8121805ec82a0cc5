/** Addresses of our own making, against a verdict by arithmetic alone: what is not the public internet is never connected to. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { dose } from "../support/dose.js";
import { openUrl, systemNetwork } from "../../src/node/net/network.js";

const runs = Number(process.env["JUDGE_RUNS"] ?? dose(700, 5000));

/** The registries' special blocks, as first address and prefix length, of 32 and of 128 bits. */
const blocks4 =
  "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
    .split(" ")
    .map((block) => {
      const [address = "", length = ""] = block.split("/");
      const first = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
      return { first, last: first + 2 ** (32 - Number(length)) - 1 };
    });
const isSpecial4 = (value: number): boolean =>
  blocks4.some(({ first, last }) => value >= first && value <= last);
const dotted = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");

/** Numbers at, beside and inside the special blocks, and anywhere. */
const number4 = fc.oneof(
  fc
    .constantFrom(...blocks4)
    .chain(({ first, last }) =>
      fc.oneof(
        fc.constantFrom(first, last, Math.max(0, first - 1), Math.min(2 ** 32 - 1, last + 1)),
        fc.integer({ min: first, max: last }),
      ),
    ),
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
);

/** One number in a spelling that some parser takes. */
const spelling4 = fc
  .tuple(number4, fc.integer({ min: 0, max: 9 }))
  .map(([value, kind]): { host: string; special: boolean; mustPass: boolean } => {
    const [a = 0, b = 0, c = 0, d = 0] = dotted(value).split(".").map(Number);
    const special = isSpecial4(value);
    const hosts = [
      dotted(value),
      String(value),
      `0x${value.toString(16)}`,
      `0${value.toString(8)}`,
      `0x${a.toString(16)}.0${b.toString(8)}.${c}.0x${d.toString(16).padStart(8, "0")}`,
      `${a}.${b}.${c * 256 + d}`,
      `${a}.${b * 65536 + c * 256 + d}`,
      dotted(value).replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
      dotted(value).replaceAll(".", "\u3002"),
      dotted(value).replace(/\d/g, (digit) => `%3${digit}`),
    ];
    return { host: hosts[kind]!, special, mustPass: !special && kind === 0 };
  });

/** IPv6, plain and with an IPv4 address inside: nothing that wraps one is let through. */
const spelling6 = fc.tuple(number4, fc.integer({ min: 0, max: 15 })).map(([value, kind]) => {
  const hex = `${Math.floor(value / 65536).toString(16)}:${(value % 65536).toString(16)}`;
  const hosts = [
    `[::ffff:${dotted(value)}]`,
    `[::ffff:${hex}]`,
    `[::${dotted(value)}]`,
    `[64:ff9b::${hex}]`,
    `[64:ff9b:1::${hex}]`,
    `[2002:${hex}::1]`,
    `[2001:0:${hex}::1]`,
    `[0:0:0:0:0:FFFF:${hex}]`,
    `[fe80::${hex}]`,
    `[fd00:${hex}::1]`,
    `[ff0e::${hex}]`,
    `[2001:db8:${hex}::]`,
    `[3fff:0:${hex}::]`,
    `[100::${hex}]`,
    `[::1]`,
    `[::ffff:0:${hex}]`,
  ];
  return { host: hosts[kind]!, special: true, mustPass: false };
});

const name = fc
  .tuple(
    fc.constantFrom(
      "localhost",
      "LOCALHOST",
      "a.localhost",
      "localhost.",
      "127.0.0.1.",
      "metadata.google.internal",
      "kubernetes.default.svc",
      "router.lan",
      "printer.local",
      "intranet",
      "a..b",
      "x_y",
      "169.254.169.254.",
      "loopback.invalid",
    ),
    fc.constant(0),
  )
  .map(([host]) => ({ host, special: true, mustPass: false }));

const dress = fc
  .tuple(
    fc.oneof({ weight: 5, arbitrary: spelling4 }, { weight: 4, arbitrary: spelling6 }, name),
    fc.integer({ min: 0, max: 11 }),
  )
  .map(([{ host, special, mustPass }, kind]) => {
    const urls = [
      `https://${host}/x`,
      `HTTPS://${host}`,
      `https://${host}:443/`,
      `https://public.example.net@${host}/`,
      `https://${host}:80/`,
      `http://${host}/`,
      `https:${host}`,
      `https:\\\\${host}\\x`,
      `https://${host}#@public.example.net`,
      `https://${host}?@public.example.net`,
      ` https://${host}`,
      `//${host}/`,
    ];
    return { url: urls[kind]!, special, mustPass: mustPass && (kind < 3 || kind === 8 || kind === 9) };
  });

/** Where the guard wanted to connect to, at last. */
const connect = async (url: string, addresses: readonly string[]): Promise<string[]> => {
  const reached: string[] = [];
  const network = {
    ...systemNetwork,
    resolve: () =>
      Promise.resolve(addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }))),
    reroute: (address: string) => {
      reached.push(address);
      return { address: "127.0.0.1", port: 1 };
    },
  };
  await openUrl(network, url, { rules: {}, idleMs: 2000 }).catch(() => undefined);
  return reached;
};

test(`${runs} hostile addresses: nothing that is not public is connected to, plain public ones are`, async () => {
  const seed = Number(process.env["JUDGE_SEED"] ?? Date.now() % 2 ** 31);
  const wrong: string[] = [];
  for (const { url, special, mustPass } of fc.sample(dress, { numRuns: runs, seed })) {
    const reached = await connect(url, ["127.0.0.1"]);
    if (special && reached.length > 0) wrong.push(`${url} reached ${reached.join()}`);
    if (mustPass && reached.length === 0) wrong.push(`${url} was refused`);
    const bad = reached.filter(
      (address) =>
        !address.includes(":") &&
        isSpecial4(address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0)),
    );
    if (bad.length > 0) wrong.push(`${url} reached ${bad.join()}`);
  }
  expect(wrong, `seed ${seed}`).toEqual([]);
});

test("a name whose addresses are not all public is not connected to, whatever their order and number", async () => {
  const address = fc.oneof(
    number4.map((value) => ({ text: dotted(value), special: isSpecial4(value) })),
    fc.constantFrom(
      { text: "::1", special: true },
      { text: "::ffff:10.0.0.1", special: true },
      { text: "fe80::1%eth0", special: true },
      { text: "2606:4700::1111", special: false },
      { text: "", special: true },
      { text: "not an address", special: true },
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(address, { minLength: 1, maxLength: 4 }), async (addresses) => {
      const reached = await connect(
        "https://files.public-host.net/a.png",
        addresses.map(({ text }) => text),
      );
      if (addresses.some(({ special }) => special)) expect(reached).toEqual([]);
    }),
    { numRuns: Math.min(runs, 300) },
  );
});
