import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeIssue } from "../../../src/errors/issue.js";
import { checkAddress } from "../../../src/input/media-address.js";
import { checkInput } from "../../../src/input/check.js";
import { model, valid } from "./seedance.js";

const advice = "expected a public https URL or a data: URI";

describe("FAULTS 11: a reference that the service cannot fetch is explained", () => {
  test.each([
    ["", '"" names no file: leave the key out if it is optional'],
    ["/home/me/cat.png", "looks like a local path"],
    ["./cat.png", "looks like a local path"],
    ["C:\\pictures\\cat.png", "looks like a local path"],
    ["~/cat.png", "looks like a local path"],
    ["cat.png", "looks like a local path"],
    ["file:///home/me/cat.png", "looks like a local path"],
    ["blob:https://example.com/7f3c", "exists in this browser only"],
    ["http://example.com/cat.png", "is not encrypted"],
    ["HTTP://example.com/cat.png", "is not encrypted"],
    ["ftp://example.com/cat.png", "has a scheme that the service does not fetch"],
    ["s3://bucket/cat.png", "has a scheme"],
    ["javascript:alert(1)", "has a scheme"],
    ["https://", "is not an address"],
    ["https://cat .example.com/cat.png", "is not an address"],
    ["data:image/png", "is not a data: URI with a media type and data"],
    ["data:,hello", "is not a data: URI"],
    ["https://localhost/cat.png", "is not an address on the public internet"],
    ["https://nas/cat.png", "is not an address"],
    ["https://nas.local/cat.png", "is not an address"],
    ["https://db.internal./cat.png", "is not an address"],
    ["https://127.0.0.1/cat.png", "is not an address"],
    ["https://2130706433/cat.png", "is not an address"],
    ["https://0x7f.1/cat.png", "is not an address"],
    ["https://10.1.2.3/cat.png", "is not an address"],
    ["https://172.20.0.1/cat.png", "is not an address"],
    ["https://192.168.1.10:8443/cat.png", "is not an address"],
    ["https://169.254.169.254/latest/meta-data", "is not an address"],
    ["https://100.64.0.1/cat.png", "is not an address"],
    ["https://[::1]/cat.png", "is not an address"],
    ["https://[::ffff:10.0.0.1]/cat.png", "is not an address"],
    ["https://[fe80::1]/cat.png", "is not an address"],
    ["https://[fd00::1]/cat.png", "is not an address"],
    ["https://example.com@127.0.0.1/cat.png", "is not an address"],
    ["https://0177.0.0.1/cat.png", "is not an address"],
    ["https://127.1/cat.png", "is not an address"],
    ["https://127.0.0.1./cat.png", "is not an address"],
    ["https://%31%32%37.0.0.1/cat.png", "is not an address"],
    ["https://１２７.0.0.1/cat.png", "is not an address"],
    ["https://127.0.0.１/cat.png", "is not an address"],
    ["https://LOCALHOST:8080/cat.png", "is not an address"],
    ["https://cat.home.arpa", "is not an address"],
    ["https://cat.local?x=example.com", "is not an address"],
  ])("%s", (reference, problem) => {
    const [issue, ...others] = checkInput(model, { ...valid, first_frame_image_url: reference });
    expect(others).toEqual([]);
    expect(issue!.path).toBe("/first_frame_image_url");
    expect(describeIssue(issue!)).toContain(problem);
    expect(issue!.message).toContain(advice);
  });
});

test("an address that passes has a public host for the URL parser, too", () => {
  const piece = fc.constantFrom(
    ...[
      "10",
      "127",
      "0",
      "1",
      "8",
      "255",
      "0x7f",
      "0177",
      "2130706433",
      "local",
      "localhost",
      "com",
      "a",
      "１",
    ],
    ...[
      ".",
      ".",
      "..",
      "/",
      "@",
      ":",
      ":8",
      "\\\\",
      "?",
      "#",
      "%2e",
      "[",
      "]",
      "::1",
      "[2606::1]",
      "\t",
      "。",
      "\u00ad",
    ],
  );
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 9 }), (pieces) => {
      const reference = `https://${pieces.join("")}`;
      const isPortTooHigh = /:\d{5}/.test(reference);
      if (isPortTooHigh || checkAddress({}, reference)) return;
      const { hostname } = new URL(reference);
      expect(hostname).not.toMatch(/^(?:0|10|127)\.[\d.]+$|^\[::|^[^.[]+$|\.(?:local|localhost)\.?$/);
    }),
    { numRuns: 20_000 },
  );
});

describe("references that pass", () => {
  test.each([
    "https://example.com/cat.png",
    "https://example.com",
    "HTTPS://EXAMPLE.COM/cat.png",
    "https://cdn.example.com:8443/cat.png?signature=a%2Fb&expires=1",
    "https://例え.jp/ねこ.png",
    "https://8.8.8.8/cat.png",
    "https://10.example.com/cat.png",
    "https://127.0.0.1.example.com/cat.png",
    "https://local.example.com./cat.png",
    "https://user:secret@example.com/cat.png",
    "https://example.com?cat.png",
    "https://[2606:4700::1111]/cat.png",
    "data:image/png;base64,iVBORw0KGgo=",
    "data:image/svg+xml;charset=utf-8,%3Csvg/%3E",
  ])("%s", (reference) => {
    expect(checkInput(model, { ...valid, first_frame_image_url: reference })).toEqual([]);
  });

  test("a documented sample, and no other bare name", () => {
    const rules = { samples: ["Runcomfy_example_1278_1.png"] };
    expect(checkAddress(rules, "Runcomfy_example_1278_1.png")).toBeUndefined();
    expect(checkAddress(rules, "Runcomfy_example_1278_2.png")!.expected).toContain(
      'or "Runcomfy_example_1278_1.png"',
    );
  });

  test("items of an array are checked one by one", () => {
    const input = {
      type: "object",
      properties: { images: { type: "array", items: { "x-media": {} } } },
    } as const;
    const issues = checkInput({ input }, { images: ["https://example.com/a.png", "b.png"] });
    expect(issues.map((issue) => issue.path)).toEqual(["/images/1"]);
  });
});

test("a data: URI of 20 MB is checked like a short one: no expression gives up on it", () => {
  const address = `data:image/png;base64,${"A".repeat(2e7)}`;
  expect(checkInput(model, { ...valid, first_frame_image_url: address })).toEqual([]);
});
