import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { normalize } from "../../../codegen/ir/spec-normalization.js";
import { readSpecs } from "../../../codegen/specs/read/spec-reading.js";
import type { SchemaNode } from "../../../src/dialect/notation/schema-node.js";
import { toCatalogueSchema } from "../../../src/emulator/service/catalogue-schema.js";
import { ask, start } from "./scene.js";

const { models } = normalize(readSpecs(fileURLToPath(new URL("../../../specs", import.meta.url))).specs);

/** What the generator makes of an input that it reads from the catalogue. */
const readBack = (id: string, input: unknown) =>
  normalize([{ id, file: `${id}.json`, text: "", hash: "", spec: { input: input as SchemaNode } }]);

describe("the catalogue dialect of every spec", () => {
  test.each(models.map((model) => [model.id, model] as const))("%s reads back as it was", (id, { input }) => {
    const { models: read, diagnostics } = readBack(id, toCatalogueSchema(input));
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(read[0]?.input).toEqual(input);
  });
});

test("every documented example runs to its end", async () => {
  const emulator = await start({ models });
  const examples = models.filter(({ example }) => example !== null);
  expect(examples.length).toBeGreaterThan(0);
  for (const { id, example } of examples) {
    const { status, body } = await ask(emulator, `/v1/models/${id}`, { body: example });
    expect([id, status]).toEqual([id, 200]);
    const result = await ask(emulator, `/v1/requests/${String(body["request_id"])}/result`);
    expect(result.body["status"]).toBe("succeeded");
    for (const url of Object.values(result.body["output"] as object).flat()) {
      expect((await fetch(String(url))).status).toBe(200);
    }
  }
});
