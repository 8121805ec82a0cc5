import { describe, expect, test } from "vitest";
import type { EmulatorModel, Quirk } from "../../../src/emulator/index.js";
import { ask, audio, image, start, video } from "./scene.js";

type Entry = { model_id?: string; kind?: unknown; input_schema?: unknown };
type Page = { models: Entry[]; total: number; limit: number; offset: number };

const many: EmulatorModel[] = Array.from({ length: 7 }, (_, index) => ({
  ...image,
  id: `acme/paint-${index}/text-to-image`,
}));

const page = async (
  query: string,
  quirks: Quirk[] | "all" = [],
  models: EmulatorModel[] = [video, image, audio],
) => {
  const emulator = await start({ models, quirks });
  return (await ask(emulator, `/v1/models${query}`)).body as unknown as Page;
};

/** Reads page after page as `sync` would. */
const readAll = async (quirks: Quirk[] | "all", limit: number): Promise<Entry[]> => {
  const emulator = await start({ models: many, quirks });
  const entries: Entry[] = [];
  for (let offset = 0; ; offset += limit) {
    const { body } = await ask(emulator, `/v1/models?include_schema=true&limit=${limit}&offset=${offset}`);
    const { models } = body as unknown as Page;
    if (models.length === 0) return entries;
    entries.push(...models);
  }
};

describe("the catalogue", () => {
  test("lists entries as the live one does, in its own dialect", async () => {
    const { models, ...rest } = await page("?include_schema=true&search=FILM");
    expect(rest).toEqual({ total: 1, limit: 100, offset: 0 });
    expect(models).toEqual([
      {
        model_id: video.id,
        display_name: "Film",
        description: "Moves a picture.",
        categories: ["image-to-video"],
        kind: "model",
        base_price_usd: 0.1,
        price_unit: "second",
        model_url: "https://www.runcomfy.com/models/acme/film-1.0/image-to-video",
        inputs: ["prompt", "image_url", "duration", "scale"],
        required_inputs: ["prompt"],
        input_schema: {
          type: "object",
          properties: {
            prompt: { type: "string", default: "A gentle breeze." },
            image_url: {
              type: "string",
              format: "image_uri",
              validations: [
                rule("width_pixels<", 6000, "below"),
                rule("file_size_mb<", 30, "below"),
                rule("width/height>", 0.4, "above"),
              ],
            },
            duration: { type: "integer", enum: [5, 10], default: 5 },
            scale: { type: "float", minimum: 0, maximum: 1, default: 0.5 },
          },
          required: ["prompt"],
        },
      },
    ]);
  });

  test("leaves schemas out unless asked, and filters by kind and category", async () => {
    expect((await page("")).models.map((entry) => "input_schema" in entry)).toEqual([false, false, false]);
    expect((await page("?category=text-to-image")).models.map((entry) => entry.model_id)).toEqual([image.id]);
    expect((await page("?kind=workflow")).total).toBe(0);
    expect((await page("?search=nothing%20like%20it")).models).toEqual([]);
  });

  test("gives the list of categories and single entries", async () => {
    const emulator = await start();
    expect((await ask(emulator, "/v1/models/categories")).body).toEqual({
      categories: ["image-to-video", "text-to-image"],
    });
    expect((await ask(emulator, `/v1/models/${video.id}`)).body).toMatchObject({
      model_id: video.id,
      input_schema: { type: "object" },
    });
  });

  test("is today's after new models were published", async () => {
    const emulator = await start();
    emulator.publish([image]);
    expect((await ask(emulator, "/v1/models")).body).toMatchObject({
      total: 1,
      models: [{ model_id: image.id }],
    });
    expect((await ask(emulator, `/v1/models/${video.id}`)).status).toBe(404);
  });
});

describe("a quirk", () => {
  test("duplicates: an entry ends one page and begins the next, and none is lost", async () => {
    const ids = (await readAll(["duplicates"], 3)).map((entry) => entry.model_id);
    expect(ids.length).toBeGreaterThan(7);
    expect(ids[3]).toBe(ids[2]);
    expect([...new Set(ids)]).toEqual(many.map((model) => model.id));
  });

  test("no-schema, odd-kinds and extra-fields: entries that a strict reader breaks on", async () => {
    const entries = await readAll(["no-schema", "odd-kinds", "extra-fields"], 100);
    expect(entries.map((entry) => "input_schema" in entry)).toEqual([
      true,
      false,
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(entries.map((entry) => entry.kind).slice(1, 5)).toEqual(["model", "pipeline", null, "model"]);
    expect(entries.every((entry) => "x_experiment" in entry)).toBe(true);
  });

  test("nulls: what is not known is null", async () => {
    const { models } = await page("", ["nulls"]);
    expect(models[0]).toMatchObject({ base_price_usd: 0.1, pricing_note: null });
    expect(models[1]).toMatchObject({ base_price_usd: null, price_unit: null });
  });

  test("drifting-total: the total of a later page is another", async () => {
    expect((await page("?limit=2&offset=2", ["drifting-total"], many)).total).toBe(8);
  });

  test("broken-entries: one without an id, one whose schema is a text", async () => {
    const entries = await readAll(["broken-entries"], 100);
    expect(entries.filter((entry) => entry.model_id === undefined)).toHaveLength(1);
    expect(entries.filter((entry) => typeof entry.input_schema === "string")).toHaveLength(1);
  });

  test("spaces: an id with spaces is listed, found and runs", async () => {
    const emulator = await start({ quirks: "all" });
    const path = "/v1/models/minimax/Hailuo%20Video%2001%20Live";
    expect((await ask(emulator, path)).body["model_id"]).toBe("minimax/Hailuo Video 01 Live");
    await ask(emulator, path, { body: { prompt: "x" } });
    expect(emulator.jobs[0]?.model).toBe("minimax/Hailuo Video 01 Live");
  });
});

const rule = (validation_rule: string, validation_value: number, side: string) => ({
  validation_rule,
  validation_value,
  validation_error: `${validation_rule.slice(0, -1)} must be ${side} ${validation_value}.`,
});
