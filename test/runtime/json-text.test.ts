import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readBody } from "../../src/protocol/exchange.js";
import { parseJson, readRequestIds } from "../../src/protocol/json-text.js";

const findId = (text: string) => {
  const ids = readRequestIds(text);
  return ids.length === 1 ? ids[0] : undefined;
};

const big = "96860978123456789";

describe("JSON of an answer", () => {
  test("row 10: only whole numbers beyond 2^53 become strings, and never inside a string", () => {
    const text = `{"a":${big},"b":[-${big},1.${big},${big}e1,9007199254740991],"c":"\\"${big}","${big}":"\\\\"}`;
    expect(parseJson(text)).toEqual({
      a: big,
      b: [`-${big}`, Number(`1.${big}`), Number(`${big}e1`), 9007199254740991],
      c: `"${big}`,
      [big]: "\\",
    });
    expect(parseJson(big)).toBe(big);
    expect(parseJson("[9007199254740992,-9007199254740993]")).toEqual([
      "9007199254740992",
      "-9007199254740993",
    ]);
  });

  test("row 141: what has no such number comes out as JSON.parse reads it", () => {
    fc.assert(
      fc.property(fc.json(), fc.string(), (text, other) => {
        fc.pre(!/(?<![\d.])\d{16,}(?![\d.e])/.test(text));
        const value: unknown = JSON.parse(text);
        expect(parseJson(text)).toEqual(value);
        expect(parseJson(JSON.stringify([value, Number(`0.${big}`), other]))).toEqual([
          value,
          Number(`0.${big}`),
          other,
        ]);
      }),
    );
  });

  test("row 29: a cut text fails in a time that grows with its length alone", () => {
    const cut = `{"seed":${big},"workflow":"${'{\\"a\\":1},'.repeat(200_000)}`;
    expect(() => parseJson(cut)).toThrow(SyntaxError);
  });

  test("row 10: millions of escapes in one string do not hide a number", () => {
    const text = JSON.stringify({ note: '"'.repeat(3_000_000) }).replace("}", `,"seed":${big}}`);
    expect((parseJson(text) as { seed: string }).seed).toBe(big);
  });
});

describe("row 26: the id in a damaged answer", () => {
  test.each([
    ["is found as soon as it is whole", '{"request_id" : "job-1"', "job-1"],
    ["is found in a whole text too", '{"a":{"b":[1]},"request_id":"job-1"}', "job-1"],
    ["is found behind strings that look like JSON", '{"a":"}\\"{[","request_id":"job-1","b":"', "job-1"],
    ["is found beside an empty error code", '{"request_id":"job-1","error_code":null,"b":', "job-1"],
    ["is not found when it is cut", '{"request_id":"job-', undefined],
    ["is not taken from an object inside", '{"parent":{"request_id":"OTHER"},"request_i', undefined],
    ["is not taken from an array", '[{"request_id":"OTHER"}', undefined],
    ["is not taken from a string", '{"a":"\\"request_id\\":\\"OTHER\\"","b":"', undefined],
    ["is not taken from a value", '{"a":"request_id","b":"OTHER"', undefined],
    ["is not taken from a page", '<script>{"request_id":"OTHER"', undefined],
    ["is none when there are two", '{"request_id":"a","request_id":"b"', undefined],
    ["is found beside an error code", '{"request_id":"job-1","error_code":500001,', "job-1"],
    ["is none when it is hostile", '{"request_id":"../x","a":', undefined],
  ])("%s", (_title, text, id) => {
    expect(findId(text)).toBe(id);
  });

  test("is found among its own objects, wherever the text was cut", () => {
    const whole =
      '{"parent":{"request_id":"OTHER","x":"}"},"request_id":"job-1","more":[{"request_id":"x"}]}';
    const from = whole.indexOf('"job-1"') + 7;
    for (let at = 0; at <= whole.length; at++)
      expect(findId(whole.slice(0, at)), `cut at ${at}`).toBe(at < from ? undefined : "job-1");
  });
});

test.each(["5", '"x"', "null", "[]", "true", "", "{"])("%j holds no JSON object", (text) => {
  expect(readBody(text)).toBeUndefined();
});
