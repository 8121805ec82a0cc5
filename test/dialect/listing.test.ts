import { describe, expect, test } from "vitest";
import { toListing } from "../../src/dialect/spec/model-listing.js";
import type { Spec } from "../../src/dialect/spec/spec.js";
import { findDocumentation } from "../../codegen/targets/model-links.js";
import { boundOfLivePrice } from "../../src/dialect/facts/price-bound.js";

const listingOf = (spec: Omit<Spec, "input">) => toListing("acme/x", { ...spec, input: {} });

describe("a model's listing", () => {
  test("is the spec's own where the live catalogue says nothing", () => {
    const listing = {
      page: "https://www.runcomfy.com/models/a/b",
      categories: ["text-to-video"],
      kind: "model",
      makes: "video",
      price: { usd: 0.1, unit: "second", bound: "exact", note: "Always.", read: "2026-05-15" },
    };
    expect(listingOf({ listing })).toEqual({
      ...listing,
      price: { usd: 0.1, unit: "second", bound: "exact", note: "Always.", readOn: "2026-05-15" },
    });
  });

  test("is overruled by the live catalogue, fact by fact", () => {
    expect(
      listingOf({
        listing: {
          page: "https://www.runcomfy.com/models/a/b",
          categories: ["x"],
          makes: "audio",
          price: { usd: 1, unit: "output", bound: "exact", note: "Always.", read: "2026-05-15" },
        },
        catalogue: { categories: ["text-to-music"], base_price_usd: 2, price_unit: "second" },
      }),
    ).toEqual({
      page: "https://www.runcomfy.com/models/a/b",
      categories: ["text-to-music"],
      makes: "audio",
      price: { usd: 2, unit: "second", bound: "atLeast", note: "Always." },
    });
  });

  test.each([
    [{}, 0.42, "exact"],
    [{ base_price_usd: 0.42, price_unit: "second" }, 0.42, "exact"],
    [{ base_price_usd: 0.42, price_unit: "second", pricing_note: "Always." }, 0.42, "exact"],
    [{ base_price_usd: 0.5, price_unit: "second" }, 0.5, "atLeast"],
    [{ base_price_usd: 0.42, price_unit: "output" }, 0.42, "atLeast"],
    [{ base_price_usd: 0.42, price_unit: "second", pricing_note: "Sound doubles it." }, 0.42, "atLeast"],
    [{ base_price_usd: 0.5, price_unit: "second", pricing_note: "Fixed price." }, 0.5, "exact"],
    [{ pricing_note: "Sound doubles it." }, 0.42, "atLeast"],
    [{ base_price_usd: 2 }, 0.42, "atLeast"],
    [{ price_unit: "output" }, undefined, "atLeast"],
  ])("keeps its exact price only where the live catalogue says the same: %j", (catalogue, usd, bound) => {
    const price = { usd: 0.42, unit: "second", bound: "exact", note: "Always." };
    const found = listingOf({ listing: { price }, catalogue }).price;
    expect([found?.usd, found?.bound]).toEqual([usd, bound]);
  });

  test("says what is made as far as a category tells", () => {
    expect(listingOf({ catalogue: { categories: ["new", "image-to-video"] } }).makes).toBe("video");
    expect(listingOf({ catalogue: { categories: ["music"] } }).makes).toBeUndefined();
  });

  test("keeps what is known of a price without its amount", () => {
    const price = { unit: "output", note: "2K costs more." };
    expect(listingOf({ listing: { price } }).price).toEqual(price);
    expect(listingOf({ catalogue: { price_unit: "second" } }).price).toBeUndefined();
    expect(listingOf({ catalogue: { base_price_usd: 2 } }).price).toBeUndefined();
  });

  test.each([
    [undefined, "atLeast"],
    ["1080p costs double.", "atLeast"],
    ["Flat rate per video.", "exact"],
  ])("with the live remark %j the price is %s", (pricing_note, bound) => {
    const { price } = listingOf({
      catalogue: { base_price_usd: 2, price_unit: "output", ...(pricing_note && { pricing_note }) },
    });
    expect(price?.bound).toBe(bound);
  });
});

describe("a remark says that a price is fixed", () => {
  type Stated = [note: string, usd?: number, unit?: string];
  test.each<Stated>([
    ["Fixed price."],
    ["The price is fixed"],
    ["Flat rate per second, with and without sound.", 0.1, "second"],
    ["Fixed rate per second of video.", 0.1, "second"],
    ["Fixed price of $0.04 per image, whatever the resolution", 0.04, "image"],
    ["Flat fee of 2 dollars for every video.", 2],
    ["Fixed price regardless of the duration, for any resolution, with or without audio."],
  ])("%s", (note, usd = 0.1, unit = "output") => expect(boundOfLivePrice({ note, usd, unit })).toBe("exact"));

  test.each<Stated>([
    ["Fixed price: $0.50 per video", 0.05],
    ["Flat fee of 2 dollars", 0.1],
    ["Fixed price per second.", 0.05, "output"],
    ["Fixed price per image.", 0.05, "output"],
    ["Fixed price per run.", 0.05, "second"],
    ["Fixed price per video.", 0.05, "image"],
    ["Flat fee.", 0.05, "second"],
    ["A flat fee per run, a rate per second", 0.05, "second"],
    ["Fixed price, fixed fee.", 0.05],
    ["Fixed price.", 0.05, "megapixel"],
  ])("but %j does not hold at $%d per %s", (note, usd, unit = "output") =>
    expect(boundOfLivePrice({ note, usd, unit })).toBe("atLeast"),
  );

  test.each([
    "",
    "From $0.05.",
    "Not a fixed price.",
    "Fixed price, 1080p costs 50% more.",
    "Fixed for 5 s, $0.05 per extra second.",
    "Flat rate up to 1080p.",
    "Fixed price except at 4K.",
    "Fixed price at 480p only.",
    "Fixed camera costs nothing extra.",
    "Flat rate; sound x1.5, i.e. +50 %.",
    "Fixed base price, sound is charged on top.",
    "Affixed.",
    // Other sizes may cost more, and so may what a remark only names.
    "The same price at 480p and 720p.",
    "480p and 720p cost the same.",
    "Fixed price of $0.05 at 720p, $0.10 at 1080p.",
    "Flat rate per second; 4K doubles it.",
    "Fixed price. Sound costs $0.02.",
    "Flat rate of $0.10, then $0.20",
    "Fixed price for 5 second videos.",
    "Fixed price for video without sound.",
    "Fixed price for images.",
    "Flat rate, twice for 4K.",
    "Fixed price\uff0c4K \u52a0\u500d",
    "Fixed price for each second of audio and $1.",
    "Fixed price per resolution.",
    "Prices are fixed for each duration.",
    "A fixed price: the price of the input.",
  ])("but not %j", (note) => {
    for (const unit of ["output", "second", "image"])
      expect(boundOfLivePrice({ note, usd: 0.05, unit })).toBe("atLeast");
  });
});

test("the documentation lies one step below the service's page of a model", () => {
  const linkOf = (page: string, url?: string) =>
    findDocumentation({ source: { ...(url !== undefined && { url }) }, listing: { page, categories: [] } });
  const page = "https://www.runcomfy.com/models/a/b";
  expect(linkOf(page)).toBe(`${page}/api`);
  expect(linkOf(`${page}/api`)).toBe(`${page}/api`);
  expect(linkOf("https://example.com/a")).toBe("https://example.com/a");
  expect(linkOf(page, "https://example.com/a")).toBe("https://example.com/a");
  expect(linkOf("javascript:alert(1)")).toBeUndefined();
});
