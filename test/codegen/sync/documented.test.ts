import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { generate } from "../../../codegen/generate/generation.js";
import { listSpecs } from "../../../codegen/specs/read/stored-specs.js";
import { specPath } from "../../../codegen/specs/model/spec-path.js";
import { makeFolder } from "../generate/temporary.js";
import { startCatalogue, sync } from "./catalogue-server.js";

type Loose = { [key: string]: Loose };
const specs = fileURLToPath(new URL("../../../specs", import.meta.url));
const read = (folder: string, id: string) => JSON.parse(readFileSync(specPath(folder, id), "utf8")) as Loose;

/** A documented schema as the catalogue shows it: without wording and media rules, but with the kind of each file. */
const toCatalogue = (schema: Loose): Loose => {
  const properties = Object.entries(schema["properties"]!).map(
    ([name, { title: _, description: __, validations, ...field }]) => {
      const isFile = validations !== undefined || /(?:image|video|audio)_url$/.test(name);
      const kind = /video|audio/.exec(name)?.[0] ?? "image";
      const plural = String(field["type"]) === "array";
      return [
        name,
        { ...field, description: "", ...(isFile && { format: `${kind}_uri${plural ? "s" : ""}` }) },
      ];
    },
  );
  const { type, required } = schema;
  return {
    type,
    properties: Object.fromEntries(properties),
    ...(required && { required }),
  } as unknown as Loose;
};

test("the specs of this repository lose nothing to a catalogue that shows less, and gain the media kinds", async () => {
  const ids = listSpecs(specs);
  const folder = makeFolder();
  cpSync(specs, folder, { recursive: true });
  const server = await startCatalogue(
    ids.map((id) => ({
      model_id: id,
      display_name: id,
      categories: [],
      kind: "model",
      input_schema: toCatalogue(read(specs, id)["input"]!),
    })),
  );
  const run = await sync(server.url, folder);
  expect([run.by("updated"), run.exitCode]).toEqual([ids, 0]);
  expect(run.printed.filter((line) => line.startsWith("  breaking"))).toEqual([]);
  let formats = 0;
  for (const id of ids) {
    const [before, after] = [read(specs, id), read(folder, id)];
    for (const part of ["title", "description", "source", "notes", "example", "output"])
      expect(after[part], `${id} ${part}`).toEqual(before[part]);
    const fields = Object.entries(before["input"]!["properties"]!);
    expect(Object.keys(after["input"]!["properties"]!)).toEqual(fields.map(([name]) => name));
    for (const [name, { format, ...field }] of fields) {
      const { format: kind, ...rest } = after["input"]!["properties"]![name]!;
      expect(rest, `${id} ${name}`).toEqual(field);
      if (kind !== format) formats += 1;
    }
  }
  expect(formats).toBeGreaterThan(2);
  const { diagnostics } = await generate({ specs: folder, out: makeFolder() });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  // And once more: nothing is left to do.
  expect((await sync(server.url, folder)).by("unchanged")).toEqual(ids);
});

test("a week later a documented field that the catalogue drops goes, and one that it never listed stays", async () => {
  const id = "bytedance/seedance-v1.5-pro/image-to-video";
  const folder = makeFolder();
  cpSync(join(specs, "bytedance"), join(folder, "bytedance"), { recursive: true });
  const schema = toCatalogue(read(specs, id)["input"]!);
  delete schema["properties"]!["camera_fixed"];
  const entry = { model_id: id, input_schema: schema };
  const server = await startCatalogue([entry]);
  const first = await sync(server.url, folder);
  expect(first.warned[0]).toBe(`note: ${id}: not in the catalogue, but documented, so kept: camera_fixed`);
  const { ratio: _, ...fields } = schema["properties"]!;
  server.entries = [{ ...entry, input_schema: { ...schema, properties: fields } }];
  const second = await sync(server.url, folder);
  expect(second.printed).toEqual([
    `updated ${id}`,
    "  breaking   /input/properties/ratio: the field ratio is gone",
  ]);
  expect(Object.keys(read(folder, id)["input"]!["properties"]!)).toContain("camera_fixed");
});
