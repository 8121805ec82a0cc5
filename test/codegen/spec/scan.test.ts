import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countMembers, placeOf, positionOf, scanJson } from "../../../codegen/json/json-scan.js";

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const members = (value: unknown): number => {
  if (typeof value !== "object" || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce((sum: number, child) => sum + members(child), own);
};

describe("the scan of JSON", () => {
  test("finds nothing wrong with what JSON.stringify writes, and counts its members", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(3), (text, indent) => {
        const pretty = JSON.stringify(JSON.parse(text), null, indent);
        expect(scanJson(pretty, 1000)).not.toHaveProperty("problem");
        expect(countMembers(pretty)).toBe(members(JSON.parse(pretty)));
      }),
    );
  });

  test("finds a problem exactly where JSON.parse refuses a text", () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom("", ",", '"', "}", "]", ":", "1", "\\", "\n"),
        (text, seed, sign) => {
          const at = seed % (text.length + 1);
          const broken = text.slice(0, at) + sign + text.slice(sign === "" ? at + 1 : at);
          expect(scanJson(broken, 1000).problem === undefined).toBe(isJson(broken));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['{"a": 1,}', "a name in double quotes", 8],
    ["{'a': 1}", "single quotes", 1],
    ['{"a": 1 // no\n}', "comment", 8],
    ['{"a": "x\n"}', "a string not closed", 6],
    ['{"a": tru}', "a value", 6],
    ['{"a": 1', "the text ends", 7],
    ["", "the text ends", 0],
    ["{} {}", "the end of the file", 3],
    ['{"a": 01}', '"," or "}"', 7],
  ])("says what is wrong with %s", (text, words, offset) => {
    const { problem } = scanJson(text, 64);
    expect(problem?.what).toContain(words);
    expect(problem?.offset).toBe(offset);
  });

  test("knows where each value stands", () => {
    const text = '{\n  "a": {"b/c": [10, 20]},\n  "a~": 1\n}';
    const scan = scanJson(text, 64);
    expect(positionOf(text, placeOf(scan, "/a/b~1c/1"))).toEqual({ line: 2, column: 21 });
    expect(positionOf(text, placeOf(scan, "/a~0"))).toEqual({ line: 3, column: 3 });
    expect(positionOf(text, placeOf(scan, "/a/nothing/here"))).toEqual({ line: 2, column: 3 });
  });

  test("lists each name that occurs twice, equal escapes included", () => {
    const { duplicates } = scanJson('{"a": 1, "\\u0061": 2, "b": {"c": 1, "c": 2}}', 64);
    expect(duplicates.map(({ pointer }) => pointer)).toEqual(["/a", "/b/c"]);
  });

  test("stops at its depth instead of running out of stack", () => {
    expect(scanJson("[".repeat(1_000_000), 1000).problem?.what).toContain("more than 1000 levels");
  });

  test("reads a string of a megabyte", () => {
    expect(scanJson(JSON.stringify({ a: "x\\".repeat(500_000) }), 64)).not.toHaveProperty("problem");
  });
});
