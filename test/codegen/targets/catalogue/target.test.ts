import ts from "typescript";
import { describe, expect, test } from "vitest";
import type { ApiModel } from "../../../../codegen/ir/api.js";
import { catalogueTarget } from "../../../../codegen/targets/catalogue/catalogue-target.js";
import { emit as emitAll } from "../../../../codegen/generate/emission.js";
import { modelsTarget } from "../../../../codegen/targets/models/models-target.js";
import { readLiteral } from "../../hostile/emitted-module.js";
import { objectOf, someModel } from "../models/some-model.js";

/** What stands on disk and is current. */
type OnDisk = { readonly [path: string]: string };

const emit = async (
  models: readonly ApiModel[],
  disk: OnDisk = {},
  targets = [modelsTarget, catalogueTarget],
  lastTextOf: (path: string) => string | undefined = () => undefined,
): Promise<ReadonlyMap<string, string>> =>
  emitAll({ lifecycle: {}, ownLifecycle: false, models }, targets, {
    runtime: "runcomfy-models",
    imports: "js",
    isCurrent: (path) => Object.hasOwn(disk, path),
    textOf: (path) => disk[path],
    lastTextOf,
  });

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

describe("the link to a model's documentation page", () => {
  const linked = (url: string) => emit([someModel({ id: "a/b", source: { url } })]);

  test("is in the list and in the data", async () => {
    const files = await linked("https://docs.example.com/models/a-b");
    const link = "https://docs.example.com/models/a-b";
    expect(files.get("catalogue.ts")).toContain(`categories: [], documentation: "${link}"`);
    expect(JSON.parse(files.get("catalogue.json")!)).toMatchObject({ models: [{ documentation: link }] });
    expect(files.get("models/a/b.ts")).toContain(` * @see ${link}\n`);
  });

  test.each([
    "javascript:alert(1)",
    "http://example.com/a",
    "https://user:secret@example.com/",
    "https://a b/",
  ])("is left out where it is %s", async (url) => {
    const files = await linked(url);
    expect(files.get("catalogue.ts")).not.toContain("documentation: ");
    expect(files.get("catalogue.json")).not.toContain('"documentation"');
    expect(files.get("models/a/b.ts")).not.toContain("@see");
  });
});

describe("texts.ts", () => {
  test("holds what the modules leave out, in the shape of the schema, and nothing else", async () => {
    const long = "x".repeat(200);
    const input = objectOf({
      prompt: { type: "string", title: "Prompt", description: "The scene.", default: long },
      plain: { type: "number", minimum: 5 },
      list: { type: "array", items: objectOf({ path: { type: "string", title: hostile } }) },
      either: {
        anyOf: [{ type: "string" }, { type: "number", description: "In seconds.", examples: [long] }],
      },
    });
    const text = (await emit([someModel({ id: "a/b", input })])).get("texts.ts") ?? "";
    const source = ts.createSourceFile("texts.ts", text, ts.ScriptTarget.Latest, true);
    const [statement, ...others] = source.statements;
    expect(others).toEqual([]);
    const declared = (statement as ts.VariableStatement).declarationList.declarations[0]!;
    expect(readLiteral(declared.initializer!)).toEqual({
      "a/b": {
        properties: {
          prompt: { title: "Prompt", description: "The scene.", default: long },
          list: { items: { properties: { path: { title: hostile } } } },
          either: { anyOf: [{}, { description: "In seconds.", examples: [long] }] },
        },
      },
    });
  });
});

describe("catalogue.ts", () => {
  test("has the types, a row and a loader for each model", async () => {
    const text = (await emit([someModel({ id: "a/b c" })])).get("catalogue.ts") ?? "";
    expect(text).toContain(
      '  "a/b c": {\n    input: {\n      prompt: string;\n    };\n    output: MediaOutput;\n  };\n',
    );
    expect(text).toContain('import type { MediaOutput } from "./shared.js";');
    expect(text).toContain('  { id: "a/b c", title: "Some Model", description: "", categories: [] },');
    expect(text).toContain('  "a/b c": () => import("./models/a/b c.js" as string),');
  });

  test("shows comments, open models, unions and outputs of their own as the modules have them", async () => {
    const either = { anyOf: [objectOf({ a: { const: 1 } }, ["a"]), objectOf({ b: { const: 2 } }, ["b"])] };
    const model = someModel({
      input: { ...objectOf({ a: { type: "string", description: "An a." } }), additionalProperties: true },
      output: { ...objectOf({ text: { type: "string" } }, ["text"]), ...either },
    });
    const text = (await emit([model])).get("catalogue.ts") ?? "";
    expect(text).toContain(
      "    input: {\n      /**\n       * An a.\n       */\n      a?: string | undefined;\n      [k: string]: unknown;\n    };\n",
    );
    expect(text).toContain(
      "    output: {\n      text: string;\n    } & (\n      | {\n          a: 1;\n        }\n      | {\n          b: 2;\n        }\n    );\n",
    );
    expect(text).not.toContain("MediaOutput");
  });

  test("takes the types from the text of the module, also where that is on disk already", async () => {
    const [current, made] = [someModel({ id: "a/b" }), someModel({ id: "a/c" })];
    const module = (await emit([current]))
      .get("models/a/b.ts")!
      .replace("prompt: string;", "marked: string;");
    const files = await emit([current, made], { "models/a/b.ts": module });
    expect(files.get("models/a/b.ts")).toBe("current");
    expect(files.get("catalogue.ts")?.match(/marked|prompt/g)).toEqual(["marked", "prompt"]);
  });

  test("takes the types of models whose modules are current from the last catalogue", async () => {
    const output = {
      ...objectOf({ text: { type: "string", description: hostile } }, ["text"]),
      title: hostile,
    };
    const kept = ["a/kept", "plain", "a/it's"].map((id) => someModel({ id, output }));
    const last = (await emit([...kept, someModel({ id: "a/changed" }), someModel({ id: "gone" })])).get(
      "catalogue.ts",
    )!;
    const changed = someModel({ id: "a/changed", input: objectOf({ other: { type: "number" } }) });
    const disk = Object.fromEntries(kept.map(({ id }) => [`models/${id}.ts`, "not looked at"]));
    const all = [...kept, changed, someModel({ id: "a/new" })];
    const files = await emit(all, disk, undefined, (path) => (path === "catalogue.ts" ? last : undefined));
    expect(files.get("catalogue.ts")).toBe((await emit(all)).get("catalogue.ts"));
  });

  test("names the module that nothing has made, or that declares no types", async () => {
    await expect(emit([someModel({ id: "a/b" })], {}, [catalogueTarget])).rejects.toThrow(
      'The target "catalogue" failed: It shows the types of models/a/b.ts, which nothing has made.',
    );
    await expect(emit([someModel({ id: "a/b" })], { "models/a/b.ts": "export {}" })).rejects.toThrow(
      "models/a/b.ts declares no Input.",
    );
  });

  test("keeps hostile wording in its strings", async () => {
    const text = (await emit(models)).get("catalogue.ts") ?? "";
    const source = ts.createSourceFile("catalogue.ts", text, ts.ScriptTarget.Latest, true);
    expect((source as unknown as { parseDiagnostics: unknown[] }).parseDiagnostics).toEqual([]);
    expect(source.statements.map(({ kind }) => ts.SyntaxKind[kind])).toEqual([
      "ImportDeclaration",
      "ImportDeclaration",
      "InterfaceDeclaration",
      "InterfaceDeclaration",
      "FirstStatement",
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
    const disk = { "catalogue.ts": "", "catalogue.json": "", "texts.ts": "" };
    const files = await emit(models, disk, [catalogueTarget]);
    expect([...files.values()]).toEqual(["current", "current", "current"]);
  });
});
