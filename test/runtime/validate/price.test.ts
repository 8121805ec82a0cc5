import { describe, expect, test } from "vitest";
import type { Price, Schema } from "../../../src/input/model.js";
import { estimate } from "../../../src/input/price.js";

const priced = (price: Price | undefined, properties: Record<string, Schema>) => ({
  input: { type: "object" as const, properties },
  ...(price && { price }),
});
const second: Price = { usd: 0.07, unit: "second", bound: "exact" };

describe("the price before paying", () => {
  test.each<[string, Schema, unknown, number]>([
    ["a number of seconds", { type: "integer" }, 5, 0.35],
    ["a text of seconds", { type: "string", enum: ["auto", "5"] }, "5", 0.35],
    ["the default, where the input says nothing", { type: "integer", default: 10 }, undefined, 0.7],
  ])("a job is charged by %s", (_, field, duration, usd) => {
    const model = priced(second, { duration: field });
    expect(estimate(model, duration === undefined ? {} : { duration })).toEqual({
      usd,
      basis: `${usd / 0.07 > 9 ? 10 : 5} seconds at $0.07`,
      bound: "exact",
      note: "",
    });
  });

  test.each(["5", " 5s ", "5 s", "5sec", "5 secs", "5 second", "5 SECONDS"])(
    "%j is five seconds",
    (duration) => {
      const model = priced(second, { duration: { type: "string", default: "9" } });
      expect(estimate(model, { duration })).toMatchObject({ usd: 0.35, bound: "exact" });
    },
  );

  test.each([true, Infinity, -5, 0, "", "5m", [5]])("%j is no length", (duration) => {
    const model = priced(second, { duration: { type: "integer", minimum: 3 } });
    expect(estimate(model, { duration })).toMatchObject({ basis: "3 seconds at $0.07", bound: "atLeast" });
  });

  test("milliseconds are seconds", () => {
    const model = priced(
      { usd: 0.01, unit: "second", bound: "exact" },
      { music_length_ms: { type: "integer", default: 40000 } },
    );
    expect(estimate(model, { music_length_ms: 30_000 })).toMatchObject({
      usd: 0.3,
      basis: "30 seconds at $0.01",
      bound: "exact",
    });
    expect(estimate(model, {})).toMatchObject({ usd: 0.4, bound: "exact" });
  });

  test("an open length counts as the shortest and is not exact", () => {
    const model = priced(second, { duration: { type: "string", enum: ["auto", "6", "8"], default: "auto" } });
    expect(estimate(model, { duration: "auto" })).toEqual({
      usd: 0.42,
      basis: "6 seconds at $0.07",
      bound: "atLeast",
      note: "`duration` is open: the shortest counts.",
    });
  });

  test("an open length that may be 0 costs a second, not nothing", () => {
    const model = priced(second, { duration: { type: "integer", minimum: 0 } });
    expect(estimate(model, {})).toMatchObject({ usd: 0.07, bound: "atLeast" });
  });

  test("a length that follows the input video is the price of one second, and the note says so", () => {
    expect(estimate(priced(second, { video_url: { type: "string" } }), {})).toMatchObject({
      usd: 0.07,
      basis: "1 second at $0.07",
      bound: "atLeast",
      note: "The length is open: the shortest counts.",
    });
  });

  test("images are counted", () => {
    const model = priced(
      { usd: 0.03, unit: "image", bound: "exact" },
      { num_images: { type: "integer", default: 1 } },
    );
    expect(estimate(model, { num_images: 4 })).toMatchObject({
      usd: 0.12,
      basis: "4 images at $0.03",
      bound: "exact",
    });
    expect(estimate(model, {})).toMatchObject({ usd: 0.03, basis: "1 image at $0.03", bound: "exact" });
  });

  test("seconds of several videos are all counted, whatever the field is called", () => {
    const price = second;
    const model = priced(price, {
      duration: { type: "integer", default: 5 },
      takes: { type: "integer", default: 1, "x-role": "outputs" },
    });
    expect(estimate(model, {})).toMatchObject({ usd: 0.35, bound: "exact", basis: "5 seconds at $0.07" });
    expect(estimate(model, { duration: 10, takes: 4 })).toMatchObject({
      usd: 2.8,
      bound: "exact",
      basis: "10 seconds at $0.07, 4 times",
    });
    const both = priced(price, {
      duration: { type: "integer", default: 5 },
      num_images: { type: "integer", default: 2 },
      batch_size: { type: "integer", default: 1 },
    });
    expect(estimate(both, { batch_size: 3 })).toMatchObject({
      usd: 2.1,
      basis: "5 seconds at $0.07, 6 times",
    });
    expect(estimate(priced(price, { duration: { default: 5 }, n: { type: "integer" } }), {})).toMatchObject({
      usd: 0.35,
      bound: "atLeast",
      note: "`n` is open: one result counts.",
    });
  });

  test("an open number of images counts as one and is not exact", () => {
    const model = priced({ usd: 0.03, unit: "image", bound: "exact" }, { num_images: { type: "integer" } });
    expect(estimate(model, {})).toEqual({
      usd: 0.03,
      basis: "1 image at $0.03",
      bound: "atLeast",
      note: "`num_images` is open: one result counts.",
    });
  });

  test("a flat price is the price", () => {
    expect(estimate(priced({ usd: 0.5, unit: "output", bound: "exact" }, {}), {})).toEqual({
      usd: 0.5,
      basis: "1 output at $0.5",
      bound: "exact",
      note: "",
    });
  });

  test("a remark of the catalogue or a setting that costs makes it a starting price", () => {
    const remarked = priced({ usd: 0.5, unit: "output", note: "1080p costs twice as much." }, {});
    expect(estimate(remarked, {})).toMatchObject({
      bound: "atLeast",
      note: "Starting price. The catalogue remarks: 1080p costs twice as much.",
    });
    const { bound: _, ...rate } = second;
    const model = priced(rate, { duration: { default: 5 }, resolution: { enum: ["720p", "1080p"] } });
    expect(estimate(model, {})).toMatchObject({
      usd: 0.35,
      bound: "atLeast",
      note: "Starting price.",
    });
  });

  test("without a price there is no amount", () => {
    expect(estimate(priced(undefined, {}), {})).toEqual({
      usd: null,
      basis: "no price",
      bound: "atLeast",
      note: "The catalogue states no price for this model.",
    });
  });

  test("inputs of any shape never throw", () => {
    const model = priced(second, { duration: { type: "integer" } });
    for (const input of [
      undefined,
      null,
      5,
      "x",
      [],
      { duration: -1 },
      { duration: NaN },
      { duration: {} },
    ]) {
      expect(estimate(model, input)).toMatchObject({ usd: 0.07, bound: "atLeast" });
    }
  });

  test("sums come without the noise of binary fractions", () => {
    expect(estimate(priced({ usd: 0.1, unit: "second" }, { duration: {} }), { duration: 3 }).usd).toBe(0.3);
  });
});
