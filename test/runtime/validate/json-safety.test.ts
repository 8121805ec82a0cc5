import { runInNewContext } from "node:vm";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeIssue } from "../../../src/issue.js";
import { checkPlain } from "../../../src/json-safety.js";
import { checkInput } from "../../../src/validate.js";
import { model, valid } from "./seedance.js";

const say = (input: unknown) => checkInput(model, input).map(describeIssue);
const cycle: { prompt: string; self?: unknown } = { prompt: "x" };
cycle.self = [cycle];

describe("FAULTS 8: an input that JSON cannot carry is refused with its path", () => {
  class Prompt {
    text = "x";
  }
  test.each<[string, unknown, string]>([
    ["NaN", NaN, "`seed`: NaN given; JSON would send null"],
    ["Infinity", -Infinity, "`seed`: -Infinity given; JSON would send null"],
    ["a BigInt", 12n, "`seed`: 12n given; JSON has no BigInt: use a number up to 2^53 - 1"],
    ["undefined", undefined, "`seed`: is undefined; give a value or leave the key out"],
    ["a Date", new Date(0), "`seed`: a Date given; use its toISOString()"],
    ["a URL", new URL("https://example.com"), "`seed`: a URL given; use its href"],
    ["a Blob", new Blob(["x"]), "`seed`: a Blob given; media go as public https URLs or data: URIs"],
    ["a Map", new Map(), "`seed`: a Map given; only plain objects and arrays can be sent"],
    ["bytes", new Uint8Array(1), "`seed`: a Uint8Array given; only plain objects and arrays can be sent"],
    ["a boxed string", new String("x"), "`seed`: a String given; only plain objects and arrays can be sent"],
    ["an own class", new Prompt(), "`seed`: a Prompt given; only plain objects and arrays can be sent"],
    ["a function", () => 1, "`seed`: a function given; JSON cannot carry it"],
    ["a symbol", Symbol("s"), "`seed`: a symbol given; JSON cannot carry it"],
    [
      "a lone surrogate",
      "a\ud800b",
      '`seed`: "a\\ud800b" holds half a surrogate pair, which UTF-8 cannot carry',
    ],
    [
      "an empty place in an array",
      Object.assign([], { 0: 1, 2: 3 }),
      "`seed[1]`: is undefined; give a value or leave the key out",
    ],
  ])("%s", (_, value, said) => {
    const schema = { ...model.input, properties: { ...model.input.properties, seed: {} } };
    expect(checkInput({ input: schema }, { ...valid, seed: value }).map(describeIssue)).toEqual([said]);
  });

  test("FAULTS 10: a whole number beyond 2^53", () => {
    expect(say({ ...valid, duration: Number("96860978123456789") })[0]).toContain(
      "`duration`: 96860978123456780 given; whole numbers",
    );
    expect(checkPlain(Number.MAX_SAFE_INTEGER).issues).toEqual([]);
    expect(checkPlain(2 ** 53).issues).toHaveLength(1);
  });

  test("FAULTS 9: a `__proto__` key at any depth, and no prototype is touched", () => {
    const input: unknown = JSON.parse(
      '{"prompt":"x","first_frame_image_url":"https://example.com/a.png","ratio":{"__proto__":{"evil":1}},"__proto__":{"evil":1}}',
    );
    expect(say(input).filter((line) => line.includes("prototype"))).toEqual([
      "`ratio.__proto__`: is a name that changes an object's prototype; it is never sent",
      "`__proto__`: is a name that changes an object's prototype; it is never sent",
    ]);
    expect(({} as { evil?: number }).evil).toBeUndefined();
  });

  test("a cycle", () => {
    expect(say(cycle)).toEqual(["`self[0]`: contains itself; only a tree can be sent as JSON"]);
  });

  test("the input as a whole", () => {
    expect(say(undefined)).toEqual(["input: is undefined; give a value or leave the key out"]);
    expect(say(new Date(0))).toEqual(["input: a Date given; use its toISOString()"]);
    expect(say([valid])).toEqual(["input: an array of 1 item given; expected an object"]);
    expect(say(null)).toEqual(["input: null given; expected an object"]);
  });

  test("other problems are still reported beside it", () => {
    expect(say({ ...valid, prompt: undefined, resolution: "1080P" })).toEqual([
      "`prompt`: is undefined; give a value or leave the key out",
      expect.stringContaining("`resolution`: "),
    ]);
  });
});

describe("what passes", () => {
  test("objects of another realm and objects without a prototype", () => {
    expect(checkInput(model, runInNewContext(`(${JSON.stringify(valid)})`))).toEqual([]);
    expect(checkInput(model, Object.assign(Object.create(null), valid))).toEqual([]);
  });

  test("the same object in two places, which is no cycle", () => {
    const lora = { path: "a" };
    expect(checkPlain({ loras: [lora, lora] }).issues).toEqual([]);
  });

  test("every JSON value, and a value that passes comes back from JSON unchanged", () => {
    const values = [
      fc.boolean(),
      fc.double().map((amount) => amount + 0),
      fc.integer(),
      fc.string({ unit: "binary" }),
      fc.constantFrom(null, undefined, "\udc00"),
    ];
    const anything = fc.anything({ values, withBigInt: true, withDate: true, withSparseArray: true });
    fc.assert(
      fc.property(anything, (value) => {
        if (checkPlain(value).issues.length === 0) expect(JSON.parse(JSON.stringify(value))).toEqual(value);
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.json({ stringUnit: "grapheme" }), (text) => {
        const value: unknown = JSON.parse(text);
        if (!text.includes("__proto__") && !/\d{16}/.test(text) && !/e\+/.test(text)) {
          expect(checkPlain(value).issues).toEqual([]);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("what would never end", () => {
  test("a getter is refused without being run", () => {
    let runs = 0;
    const input = {
      ...valid,
      get seed() {
        return ++runs;
      },
    };
    expect(checkPlain(input).issues).toEqual([{ path: "/seed", message: "is a getter; give its value" }]);
    expect(runs).toBe(0);
  });

  test("a depth bomb is an issue, not a stack overflow", () => {
    let bomb: unknown = 1;
    for (let depth = 0; depth < 100_000; depth++) bomb = { a: bomb };
    expect(checkInput(model, bomb)[0]!.message).toBe("is nested more than 100 levels deep");
  });

  test("a tangle of shared references is cut off", () => {
    let tangle: unknown = {};
    for (let depth = 0; depth < 60; depth++) tangle = [tangle, tangle];
    expect(checkInput(model, { ...valid, tangle })[0]!.message).toContain("makes more than 100000 objects");
  });
});
