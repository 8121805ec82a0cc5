import ts from "typescript";
import { describe, expect, test } from "vitest";
import type { ApiModel } from "../../../../codegen/ir/api.js";
import { catalogueTarget } from "../../../../codegen/targets/catalogue/target.js";
import { objectOf, someModel } from "../models/some-model.js";

const emit = async (
  models: readonly ApiModel[],
  current: readonly string[] = [],
): Promise<ReadonlyMap<string, string>> =>
  catalogueTarget.emit(
    { lifecycle: {}, ownLifecycle: false, models },
    { runtime: "runcomfy-models", isCurrent: (path) => current.includes(path) },
  );

const hostile = '*/ "`${x}`\u2028 {{x}} </script>';
const models = [
  someModel({
    id: "vendor/model 1.5/Text to Video",
    title: hostile,
    description: hostile,
    notes: [hostile],
    listing: {
      categories: ["video"],
      kind: "model",
      price: { usd: 0.5, unit: "image" },
      missingSince: "2026-11-21",
    },
    input: objectOf({ prompt: { type: "string", title: hostile, default: "x".repeat(200) } }),
    example: { prompt: "Snow falls." },
  }),
  someModel({ id: "vendor/other" }),
];

describe("catalogue.json", () => {
  test("holds all that is known of each model, wording and long defaults included", async () => {
    const data = JSON.parse((await emit(models)).get("catalogue.json") ?? "") as { models: unknown[] };
    const { listing, ...facts } = models[0]!;
    expect(data.models[0]).toEqual({ ...facts, ...listing });
    expect(data.models).toHaveLength(2);
  });
});

describe("catalogue.ts", () => {
  test("has a type, a row and a loader for each model", async () => {
    const text = (await emit([someModel({ id: "a/b c" })])).get("catalogue.ts") ?? "";
    expect(text).toContain('  "a/b c": typeof import("./models/a/b c.js");');
    expect(text).toContain('  { id: "a/b c", title: "Some Model", description: "", categories: [] },');
    expect(text).toContain('  "a/b c": () => import("./models/a/b c.js"),');
  });

  test("keeps hostile wording in its strings", async () => {
    const text = (await emit(models)).get("catalogue.ts") ?? "";
    const source = ts.createSourceFile("catalogue.ts", text, ts.ScriptTarget.Latest, true);
    expect((source as unknown as { parseDiagnostics: unknown[] }).parseDiagnostics).toEqual([]);
    expect(source.statements.map(({ kind }) => ts.SyntaxKind[kind])).toEqual([
      "ImportDeclaration",
      "InterfaceDeclaration",
      "InterfaceDeclaration",
      "FirstStatement",
      "FirstStatement",
    ]);
    expect(text).not.toContain("\u2028");
  });

  test("compiles to nothing where there are no models", async () => {
    const text = (await emit([])).get("catalogue.ts") ?? "";
    expect(text).toContain("export interface Models {\n}");
    expect(text).toContain("export const entries: readonly Entry[] = [\n];");
  });

  test("is not made again while it is current", async () => {
    const files = await emit(models, ["catalogue.ts", "catalogue.json"]);
    expect([...files.values()]).toEqual(["current", "current"]);
  });
});
