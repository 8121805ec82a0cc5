import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findPlaces, placeOf, positionOf, readJson } from "../../../codegen/json/json-text.js";
import type { JsonFailure } from "../../../codegen/json/json-text.js";

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const failureOf = (text: string): JsonFailure => {
  const reading = readJson(text);
  if (reading.ok) throw new Error(`${text} was read`);
  return reading;
};

const valueOf = (text: string, exactNumbers = false): unknown => {
  const reading = readJson(text, { exactNumbers });
  if (!reading.ok) throw new Error(reading.reason);
  return reading.value;
};

describe("reading JSON text", () => {
  test("gives what JSON.parse gives", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(3), (text, indent) => {
        const pretty = JSON.stringify(JSON.parse(text), null, indent);
        expect(valueOf(pretty)).toEqual(JSON.parse(pretty));
      }),
    );
  });

  test("refuses exactly the texts that JSON.parse refuses", () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom("", ",", '"', "}", "]", ":", "1", "\\", "\n"),
        (text, seed, sign) => {
          const at = seed % (text.length + 1);
          const broken = text.slice(0, at) + sign + text.slice(sign === "" ? at + 1 : at);
          expect(readJson(broken).ok).toBe(isJson(broken));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['{"a": 1,}', "a name in double quotes", 8],
    ["{'a': 1}", "single quote", 1],
    ['{"a": 1 // no\n}', "comment", 8],
    ['{"a": "x\n"}', "a string not closed", 6],
    ['{"a": tru}', "a value", 6],
    ['{"a": 1', "ends where", 7],
    ["", "ends where", 0],
    ["{} {}", "the end of the file", 3],
    ['{"a": 01}', '"," or "}"', 7],
  ])("says what is wrong with %s", (text, words, offset) => {
    const { reason, offset: at } = failureOf(text);
    expect(reason).toContain(words);
    expect(at).toBe(offset);
  });

  test("knows the place of each value", () => {
    const text = '{\n  "a": {"b/c": [10, 20]},\n  "a~": 1\n}';
    const places = findPlaces(text);
    expect(positionOf(text, placeOf(places, "/a/b~1c/1"))).toEqual({ line: 2, column: 21 });
    expect(positionOf(text, placeOf(places, "/a~0"))).toEqual({ line: 3, column: 3 });
    expect(positionOf(text, placeOf(places, "/a/nothing/here"))).toEqual({ line: 2, column: 3 });
  });

  test("lists each name that occurs twice, equal escapes included", () => {
    const reading = readJson('{"a": 1, "\\u0061": 2, "b": {"c": 1, "c": 2}}');
    expect(reading.ok && reading.duplicates.map(({ pointer }) => pointer)).toEqual(["/a", "/b/c"]);
  });

  test("stops at its depth instead of running out of stack", () => {
    const failure = failureOf("[".repeat(1_000_000));
    expect(failure).toMatchObject({ tooDeep: true, offset: 100, reason: "is nested deeper than 100 levels" });
    expect(failureOf('{"a":'.repeat(1_000_000))).toMatchObject({ tooDeep: true });
  });

  test("refuses a text without end before it reads it", () => {
    expect(failureOf(`"${"x".repeat(2 ** 26)}"`).reason).toContain("characters");
  });

  test("reads a string of a megabyte", () => {
    expect(readJson(JSON.stringify({ a: "x\\".repeat(500_000) })).ok).toBe(true);
  });

  test("takes __proto__ for a key like any other", () => {
    const value = valueOf('{"__proto__": {"isAdmin": true}, "constructor": 1}') as { isAdmin?: unknown };
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect([Object.keys(value), value.isAdmin]).toEqual([["__proto__", "constructor"], undefined]);
  });

  test("keeps whole numbers of any size where numbers are read exactly", () => {
    expect(valueOf("[9007199254740993, 1.5, -0, 1e3]", true)).toEqual([9007199254740993n, 1.5, -0, 1000]);
    expect(valueOf("[9007199254740993, 1e999]")).toEqual([9007199254740992, Infinity]);
    expect(() => valueOf("1e999", true)).toThrow("too large to keep");
  });
});
