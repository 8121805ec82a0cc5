import { runInNewContext } from "node:vm";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeIssue } from "../../../src/errors/issue.js";
import type { Schema } from "../../../src/input/model.js";
import { checkInput } from "../../../src/input/check.js";
import { model, valid } from "./seedance.js";

const say = (input: unknown) => checkInput(model, input).map(describeIssue);
/** Under a schema that asks for nothing. */
const checkPlain = (value: unknown) => checkInput({ input: {} }, value);
const cycle: { prompt: string; self?: unknown } = { prompt: "x" };
cycle.self = [cycle];

describe("FAULTS 8: an input that JSON cannot carry is refused with its path", () => {
  const json = "text, a number, true, false, null, an array or a plain object";
  class Prompt {
    text = "x";
  }
  class Disguise extends Array<number> {
    toJSON = () => "x";
  }
  test.each<[string, unknown, string]>([
    ["NaN", NaN, "`seed`: NaN given; expected a finite number"],
    ["Infinity", -Infinity, "`seed`: -Infinity given; expected a finite number"],
    ["a BigInt", 12n, `\`seed\`: a bigint given; expected ${json}`],
    ["a Date", new Date(0), `\`seed\`: a Date given; expected ${json}`],
    ["a URL", new URL("https://example.com"), `\`seed\`: a URL given; expected ${json}`],
    ["a Map", new Map(), `\`seed\`: a Map given; expected ${json}`],
    ["bytes", new Uint8Array(1), `\`seed\`: a Uint8Array given; expected ${json}`],
    ["a boxed string", new String("x"), `\`seed\`: a String given; expected ${json}`],
    [
      "an array that is sent as something else",
      Object.assign([1], { toJSON: () => "x" }),
      `\`seed\`: a value with a toJSON given; expected ${json}`,
    ],
    [
      "a heir of arrays that does so",
      new Disguise(),
      `\`seed\`: a value with a toJSON given; expected ${json}`,
    ],
    ["an own class", new Prompt(), `\`seed\`: a Prompt given; expected ${json}`],
    [
      "a class without a name",
      new (class {
        x = 1;
      })(),
      `\`seed\`: a class instance given; expected ${json}`,
    ],
    [
      "a class with a name that is none",
      new (Object.defineProperty(
        class {
          x = 1;
        },
        "name",
        { value: "a\u001b[31m" },
      ))(),
      `\`seed\`: a class instance given; expected ${json}`,
    ],
    ["a function", () => 1, `\`seed\`: a function given; expected ${json}`],
    ["a symbol", Symbol("s"), `\`seed\`: a symbol given; expected ${json}`],
    ["a lone surrogate", "a\ud800b", '`seed`: "a\\ud800b" given; expected whole surrogate pairs'],
    ["a lone surrogate in a name", { "a\udc00": 1 }, "`seed.a\\udc00`: is not a name that can be sent"],
    [
      "an empty place in an array",
      Object.assign([], { 0: 1, 2: 3 }),
      "`seed[1]`: undefined given; expected a value",
    ],
  ])("%s", (_, value, said) => {
    const schema = { ...model.input, properties: { ...model.input.properties, seed: {} } };
    expect(checkInput({ input: schema }, { ...valid, seed: value }).map(describeIssue)).toEqual([said]);
  });

  test("FAULTS 10: a whole number beyond 2^53", () => {
    expect(say({ ...valid, duration: Number("96860978123456789") })[0]).toContain(
      "`duration`: 96860978123456780 given; expected a whole number within ±(2^53 - 1)",
    );
    expect(checkPlain(Number.MAX_SAFE_INTEGER)).toEqual([]);
    expect(checkPlain(2 ** 53)).toHaveLength(1);
  });

  test("FAULTS 9: a `__proto__` key at any depth, and no prototype is touched", () => {
    const input: unknown = JSON.parse(
      '{"prompt":"x","first_frame_image_url":"https://example.com/a.png","ratio":{"__proto__":{"evil":1}},"__proto__":{"evil":1}}',
    );
    expect(say(input).filter((line) => line.includes("can be sent"))).toEqual([
      "`ratio.__proto__`: is not a name that can be sent",
      "`__proto__`: is not a name that can be sent",
    ]);
    const properties = JSON.parse('{"__proto__":{}}') as { readonly [name: string]: Schema };
    expect(checkInput({ input: { properties, additionalProperties: true } }, input)).toContainEqual({
      code: "not_sendable",
      path: "/__proto__",
      message: "is not a name that can be sent",
    });
    expect(({} as { evil?: number }).evil).toBeUndefined();
  });

  test("a Blob in a media field is told what such a field takes", () => {
    expect(say({ ...valid, first_frame_image_url: new Blob(["x"]) })).toEqual([
      "`first_frame_image_url`: a Blob given; expected a public https URL or a data: URI",
    ]);
  });

  test("a cycle", () => {
    expect(checkPlain(cycle).map(describeIssue)).toEqual(["`self[0]`: contains itself"]);
    expect(say({ ...valid, ratio: cycle })).toContain("`ratio.self[0]`: contains itself");
  });

  test("the input as a whole", () => {
    expect(say(undefined)).toEqual(["input: undefined given; expected a value"]);
    expect(say(new Date(0))).toEqual([
      "input: a Date given; expected text, a number, true, false, null, an array or a plain object",
    ]);
    expect(say([valid])).toEqual(["input: an array given; expected object"]);
    expect(say(null)).toEqual(["input: null given; expected object"]);
  });

  test("other problems are still reported beside it", () => {
    expect(say({ ...valid, prompt: NaN, resolution: "1080P" })).toEqual([
      "`prompt`: NaN given; expected a finite number",
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
    expect(checkPlain({ loras: [lora, lora] })).toEqual([]);
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
        if (checkPlain(value).length === 0) expect(JSON.parse(JSON.stringify(value))).toEqual(value);
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.json({ stringUnit: "grapheme" }), (text) => {
        const value: unknown = JSON.parse(text);
        if (!text.includes("__proto__") && !/\d{16}/.test(text) && !/e\+/.test(text)) {
          expect(checkPlain(value)).toEqual([]);
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
    expect(checkPlain(input)).toEqual([
      {
        code: "not_sendable",
        path: "/seed",
        message: "a getter given; expected its value",
        given: "a getter",
        expected: "its value",
      },
    ]);
    expect(runs).toBe(0);
  });

  test("a depth bomb is an issue, not a stack overflow", () => {
    let bomb: unknown = 1;
    for (let depth = 0; depth < 100_000; depth++) bomb = { a: bomb };
    expect(checkPlain(bomb).map(({ message }) => message)).toEqual(["is more than 100 levels deep"]);
    expect(checkInput(model, { ...valid, ratio: bomb })[0]!.message).toBe("is more than 100 levels deep");
  });

  test.each<[string, Schema]>([
    ["nothing", {}],
    ["unlike items", { items: { uniqueItems: true } }],
    ["one of a few lists", { items: { enum: [[1], [2]] } }],
    ["one shape or another", { anyOf: [{ items: { anyOf: [{ type: "string" }, { items: {} }] } }] }],
    ["any names", { type: "object", additionalProperties: true }],
  ])("a tangle of shared references is cut off, where the schema asks for %s", (_, schema) => {
    let tangle: unknown = {};
    for (let depth = 0; depth < 60; depth++) tangle = [tangle, tangle];
    const input = schema.type === "object" ? { tangle } : tangle;
    expect(checkInput({ input: schema }, input)).toContainEqual({
      code: "not_sendable",
      path: "",
      message: "holds more than 1000000 values",
    });
  });
});

test("an array of billions of holes is left as soon as it has too many issues", () => {
  const holes: unknown[] = [];
  holes.length = 2 ** 32 - 1;
  expect(checkInput({ input: {} }, holes).at(-1)?.code).toBe("more");
});

test("an address of millions of parts is an issue, not a stack overflow", () => {
  const endless = `https://${"a.".repeat(5e6)}com/`;
  expect(checkInput(model, { ...valid, first_frame_image_url: endless })).toHaveLength(1);
});
