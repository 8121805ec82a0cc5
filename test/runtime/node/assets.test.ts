import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findAssets } from "../../../src/node/save/assets.js";
import { identifyFile } from "../../../src/node/files/file-identity.js";
import { redactUrl, showUrl } from "../../../src/node/net/url-redaction.js";
import { readSignature } from "../../../src/media/file-type.js";

const rules = { hosts: ["*.runcomfy.net"] };
const url = "https://media.runcomfy.net/x.png";

describe("finding assets", () => {
  test("row 81: text that is no URL is left alone, unless it stands where media stand", () => {
    const output = {
      text: "see https://media.runcomfy.net/x for more",
      ratio: "16:9",
      seed: 7,
      model: "kling",
      video: "soon",
      ok: true,
    };
    expect(findAssets(output, rules).map(({ from, verdict }) => [from, verdict])).toEqual([
      [["/video"], "unsafe"],
    ]);
  });

  test("row 81: an output that is nothing but text is no file, however it is worded", () => {
    for (const text of [
      "done",
      "Done.",
      "a cat, on a mat",
      "see https://media.runcomfy.net/x",
      "16:9",
      "42",
    ]) {
      expect(findAssets(text, rules)).toEqual([]);
      expect(findAssets([text, url], rules).map((asset) => asset.url)).toEqual([url]);
    }
  });

  test("row 84: an output that is an address or a path, a bad one too, is reported as unsafe", () => {
    for (const text of [
      "file:///etc/passwd",
      "data:image/png;base64;AAAA",
      "//media.runcomfy.net/x",
      "media.runcomfy.net/x",
      "/pictures/x.png",
      "../x",
      "C:\\x.png",
      "x.png",
      "out/x.png?size=2",
      "https:media.runcomfy.net",
    ]) {
      expect(findAssets(text, rules)).toMatchObject([{ url: text, verdict: "unsafe" }]);
    }
  });

  test("pointers are escaped, and a repeated URL is one file", () => {
    expect(findAssets({ "a/b~c": url, images: [url] }, rules)).toEqual([
      { from: ["/a~1b~0c", "/images/0"], url, role: "output", verdict: "safe" },
    ]);
  });

  test("any JSON is walked without an error, and every URL in it is found", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(findAssets({ other: value, image: url }, rules).some((asset) => asset.url === url)).toBe(true);
      }),
    );
  });

  test("a very deep output ends the walk, not the process", () => {
    let deep: unknown = url;
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];
    expect(findAssets({ deep, image: url }, rules)).toHaveLength(1);
  });
});

describe("telling files apart", () => {
  test("row 103: no bytes at all make an error, and nothing unknown gets a media extension", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.string(), (bytes, contentType) => {
        const { extension, warning } = identifyFile(bytes, { contentType });
        if (readSignature(bytes) === undefined)
          expect([extension, warning === undefined]).toEqual(["bin", false]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("what is shown and written of a URL", () => {
  test("signatures, keys, tokens and passwords of the usual storage services are removed", () => {
    for (const name of [
      "X-Amz-Signature",
      "X-Amz-Credential",
      "X-Amz-Security-Token",
      "Signature",
      "sig",
      "token",
      "access_token",
      "Key-Pair-Id",
      "Policy",
      "X-Goog-Signature",
      "OSSAccessKeyId",
      "api_key",
      "apikey",
    ]) {
      expect(redactUrl(`${url}?a=1&${name}=canary`)).not.toContain("canary");
    }
    expect(redactUrl("https://user:canary@example.com/x")).toBe("https://example.com/x");
    expect(redactUrl(`${url}?id=5&size=2`)).toBe(`${url}?id=5&size=2`);
  });

  test("a message shows neither query nor password, and moves no cursor", () => {
    expect(showUrl("https://u:canary@example.com/x?canary#canary")).toBe("https://example.com/x");
    expect(showUrl("https://example.com/\u001b[2J\u202e")).toBe("https://example.com/\u00b7[2J\u00b7");
    expect(showUrl(`https://example.com/${"x".repeat(5000)}`).length).toBeLessThan(210);
  });
});
