import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPublicAddress } from "../../../src/node/net/ip-address.js";
import { isHostPattern, judgeUrl } from "../../../src/node/net/destination.js";
import { openUrl, type Network } from "../../../src/node/net/network.js";
import { createTestClock, networkTo, readMedia, serve, startMediaServer } from "./media-server.js";

interface Row {
  readonly url: string;
  readonly verdict: "allowed" | "refused";
  /** What the name resolves to. */
  readonly resolves?: readonly string[];
  readonly note: string;
  /** Characters to append. */
  readonly pad?: number;
}

const rows = JSON.parse(
  readFileSync(new URL("../../fixtures/addresses/urls.json", import.meta.url), "utf8"),
) as Row[];

describe("the corpus of addresses", () => {
  test("holds at least 300 hostile ones", () => {
    expect(rows.filter(({ verdict }) => verdict === "refused").length).toBeGreaterThanOrEqual(300);
  });

  test("a name with an umlaut is read in a program that has judged many others", () => {
    // The compiled form of the platform's `URL.canParse` is wrong about such names on Node 20.
    for (let judged = 0; judged < 30_000; judged++) judgeUrl("https://example.com/x.png");
    expect(judgeUrl("https://b\u00fccher.example.com/x.png").verdict).toBe("allowed");
  });

  test("row 84: each URL gets its verdict, and a refused one is never connected to", async () => {
    const wrong: string[] = [];
    for (const row of rows) {
      const url = row.url + "a".repeat(row.pad ?? 0);
      let connected = false;
      const network: Network = {
        clock: createTestClock(),
        resolve: () =>
          Promise.resolve(
            (row.resolves ?? ["93.184.216.34"]).map((address) => ({
              address,
              family: address.includes(":") ? 6 : 4,
            })),
          ),
        reroute: () => {
          connected = true;
          throw new Error("connects");
        },
      };
      const opening = openUrl(network, url, { rules: {}, idleMs: 30_000 });
      const error = await opening.catch((reason: unknown) => String(reason));
      if (connected !== (row.verdict === "allowed"))
        wrong.push(`${row.note}: ${url.slice(0, 100)}: ${JSON.stringify(error)}`);
      if (row.resolves === undefined && judgeUrl(url).verdict !== row.verdict)
        wrong.push(`by its text, ${row.note}: ${url.slice(0, 100)}`);
    }
    expect(wrong).toEqual([]);
  });
});

const range = (network: string, prefix: number): fc.Arbitrary<number> => {
  const start = network.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return fc.integer({ min: start, max: start + 2 ** (32 - prefix) - 1 });
};

/** Any private IPv4 address, as a number. */
const privateIp = fc.oneof(
  range("0.0.0.0", 8),
  range("10.0.0.0", 8),
  range("100.64.0.0", 10),
  range("127.0.0.0", 8),
  range("169.254.0.0", 16),
  range("172.16.0.0", 12),
  range("192.0.2.0", 24),
  range("192.168.0.0", 16),
  range("198.18.0.0", 15),
  range("224.0.0.0", 4),
  range("240.0.0.0", 4),
);

const spellPart = (part: number, base: number): string =>
  base === 16 ? `0x${part.toString(16)}` : base === 8 ? `0${part.toString(8)}` : String(part);

/** A way to write an IPv4 address that some parser somewhere reads. */
const spelling = fc
  .record({
    parts: fc.integer({ min: 1, max: 4 }),
    bases: fc.array(fc.constantFrom(8, 10, 16), { minLength: 4, maxLength: 4 }),
    disguise: fc.constantFrom(
      "none",
      "wide",
      "percent",
      "upper",
      "mapped",
      "mappedHex",
      "compatible",
      "nat64",
      "sixToFour",
    ),
  })
  .map(({ parts, bases, disguise }) => (ip: number): string => {
    const bytes = [ip >>> 24, (ip >>> 16) & 255, (ip >>> 8) & 255, ip & 255];
    const words = `${(ip >>> 16).toString(16)}:${(ip & 0xffff).toString(16)}`;
    if (disguise === "mapped") return `[::ffff:${bytes.join(".")}]`;
    if (disguise === "mappedHex") return `[::ffff:${words}]`;
    if (disguise === "compatible") return `[::${words}]`;
    if (disguise === "nat64") return `[64:ff9b::${words}]`;
    if (disguise === "sixToFour") return `[2002:${words}::]`;
    const last = bytes.slice(parts - 1).reduce((sum, byte) => sum * 256 + byte, 0);
    const text = [...bytes.slice(0, parts - 1), last]
      .map((part, index) => spellPart(part, bases[index]!))
      .join(".");
    if (disguise === "wide")
      return text.replace(/[0-9.]/g, (sign) =>
        sign === "." ? "\u3002" : String.fromCharCode(sign.charCodeAt(0) + 0xfee0),
      );
    if (disguise === "percent") return text.replace(/[0-9]/g, (digit) => `%3${digit}`);
    return disguise === "upper" ? text.toUpperCase() : text;
  });

describe("the address guard", () => {
  test("no private address is public, in any spelling", () => {
    fc.assert(
      fc.property(privateIp, spelling, (ip, spell) => {
        expect(judgeUrl(`https://${spell(ip)}/x`).verdict).toBe("refused");
      }),
      { numRuns: 5000 },
    );
  });

  test("no IPv6 address outside global unicast is public", () => {
    const word = fc.integer({ min: 0, max: 0xffff });
    fc.assert(
      fc.property(fc.array(word, { minLength: 8, maxLength: 8 }), (words) => {
        fc.pre((words[0]! & 0xe000) !== 0x2000);
        expect(isPublicAddress(words.map((each) => each.toString(16)).join(":"))).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  test("an ordinary public address is public", () => {
    for (const address of ["8.8.8.8", "1.1.1.1", "93.184.216.34", "172.15.255.255", "2606:4700::1111"]) {
      expect(isPublicAddress(address)).toBe(true);
    }
  });

  test("what is no plain address is not public", () => {
    for (const address of ["", "example.com", "2606:4700::1111%eth0", "8.8.8", "08.8.8.8", "8.8.8.8 "]) {
      expect(isPublicAddress(address)).toBe(false);
    }
  });

  test("only listed hosts pass where hosts are listed", () => {
    const rules = { hosts: ["*.runcomfy.net", "media.example.com", "odd.example.com:8443"] };
    const verdict = (url: string): string => judgeUrl(url, rules).verdict;
    for (const url of [
      "https://a.runcomfy.net/",
      "https://a.b.runcomfy.net/",
      "https://MEDIA.example.com/",
      "https://odd.example.com:8443/",
    ]) {
      expect([url, verdict(url)]).toEqual([url, "allowed"]);
    }
    for (const url of [
      "https://runcomfy.net/",
      "https://evilruncomfy.net/",
      "https://a.runcomfy.net.evil.com/",
      "https://x.media.example.com/",
      "https://odd.example.com/",
      "https://media.example.com:8443/",
      "https://8.8.8.8/",
    ]) {
      expect([url, verdict(url)]).toEqual([url, "refused"]);
    }
  });

  test("this machine passes only when allowed, and only as itself", () => {
    expect(judgeUrl("http://127.0.0.1:8080/x").verdict).toBe("refused");
    const rules = { hosts: ["*.runcomfy.net"], allowLocalhost: true };
    for (const url of ["http://127.0.0.1:8080/x", "http://localhost:1/x", "https://[::1]:9/x"]) {
      expect([url, judgeUrl(url, rules).verdict]).toEqual([url, "allowed"]);
    }
    for (const url of [
      "http://10.0.0.1/x",
      "http://a.runcomfy.net/x",
      "http://localhost.example.com/x",
      "http://169.254.169.254/x",
    ]) {
      expect([url, judgeUrl(url, rules).verdict]).toEqual([url, "refused"]);
    }
  });

  test("a refusal stays short, however long the URL", () => {
    for (const url of [
      `${"a".repeat(9000)}://x`,
      `https://${"a".repeat(9000)}`,
      `https://${"a.".repeat(4000)}local`,
    ]) {
      const judged = judgeUrl(url);
      expect(judged.verdict === "refused" && judged.message.length < 310).toBe(true);
    }
  });

  test("a host pattern is a name, a name below a star, or a star", () => {
    for (const good of ["a.example.com", "*.example.com", "*", "a.example.com:8443"])
      expect(isHostPattern(good)).toBe(true);
    for (const bad of [
      "",
      "https://example.com",
      "*example.com",
      "a.*.com",
      "example.com/x",
      "a b",
      "user@host",
    ]) {
      expect([bad, isHostPattern(bad)]).toEqual([bad, false]);
    }
  });
});

describe("addresses that the caller allows", () => {
  const fake = "198.18.0.84";
  const ranges = { allowAddresses: ["198.18.0.0/15", "fc00::/18", "10.1.2.3"] };

  test.each([
    [fake, true],
    ["192.168.0.1", false],
    ["10.1.2.3", true],
    ["10.1.2.4", false],
    ["[fc00::12]", true],
    ["[fd00::12]", false],
    ["[::ffff:198.18.0.84]", false],
    ["93.184.216.34", true],
  ])("pass as if they were public, and no others: %s", (host, isAllowed) => {
    const { verdict } = judgeUrl(`https://${host}/x`, ranges);
    expect(verdict).toBe(isAllowed ? "allowed" : "refused");
    expect(isAllowed || judgeUrl(`https://${host}/x`).verdict === "refused").toBe(true);
  });

  test("are connected to when a name resolves to them; without the option the message names it", async () => {
    const server = await startMediaServer((request, response) =>
      serve(request, response, readMedia("photo.png")),
    );
    const network = networkTo(server, { resolve: () => Promise.resolve([{ address: fake, family: 4 }]) });
    const url = "https://media.runcomfy.net/x";
    const open = (rules: object) => openUrl(network, url, { rules, idleMs: 1000 });
    await expect(open({})).rejects.toThrow(
      'VPN or proxy in fake-IP mode gives every host such an address. If you use one, allow them: allowAddresses: ["198.18.0.0/15"]',
    );
    const response = await open(ranges);
    expect(response.status).toBe(200);
    response.close();
    await server.close();
  });

  test("one server of this machine passes by its own address alone", () => {
    const rules = { localOrigin: "http://127.0.0.1:8787" };
    expect(judgeUrl("http://127.0.0.1:8787/media/x", rules)).toMatchObject({
      verdict: "allowed",
      local: true,
    });
    for (const url of ["http://127.0.0.1:8788/x", "http://localhost:8787/x", "http://10.0.0.1:8787/x"])
      expect(judgeUrl(url, rules).verdict).toBe("refused");
    expect(judgeUrl("http://10.0.0.1/x", { localOrigin: "http://10.0.0.1" }).verdict).toBe("refused");
  });
});
