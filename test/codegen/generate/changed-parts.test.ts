import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { generate } from "../../../codegen/generate/generation.js";
import type { Api, ApiModel } from "../../../codegen/ir/api.js";
import { type SharedFile, printChanged } from "../../../codegen/targets/parts/changed-parts.js";
import { fromNothing } from "../../../codegen/targets/target.js";
import { makeFolder, readFiles, specOf, writeFiles } from "./temporary.js";

const ownOutput = { output: { type: "object", properties: { text: { type: "string" } } } };
const otherOutput = { output: { type: "object", properties: { score: { type: "number" } } } };
/** Text that looks like the marks between the parts of the files. */
const marks = [
  '\n        "x-model-id": "a/one",',
  '\n    }\n    {\n      "id": "a/one",',
  '\n      "AOneInput": {',
  '\n  { id: "a/one", title: "" },\n  };\n\n/**',
  '\n  "a/one": {},\n',
];

/** Changes to a folder of three models, each made after the ones before it. `undefined` removes a spec. */
const steps: { readonly [what: string]: { readonly [path: string]: object | string | undefined } } = {
  "a title": { "a/one.json": specOf(undefined, { title: "Another" }) },
  "an output of its own": { "a/one.json": specOf(undefined, ownOutput) },
  "another output of its own": { "a/one.json": specOf(undefined, otherOutput) },
  "the usual output again": { "a/one.json": specOf() },
  "neighbours, both at once": {
    "a/one.json": specOf({ size: { type: "integer" } }),
    "a/two.json": specOf({ size: { type: "integer" } }, { title: "Two" }),
  },
  "text that looks like marks": {
    "a/two.json": specOf(
      { text: { type: "string", description: marks.join(" "), default: marks[0] } },
      {
        title: marks[3],
        description: marks.join(""),
        notes: marks,
      },
    ),
    "b/three.json": specOf({ "x-model-id": { type: "string", enum: marks } }),
  },
  "a price": {
    "b/three.json": specOf(undefined, { catalogue: { base_price_usd: 0.1, price_unit: "second" } }),
  },
  "a documentation page": {
    "a/one.json": specOf(undefined, { source: { url: "https://docs.example.com/one" } }),
  },
  "no documentation page, wording for one field": {
    "a/one.json": specOf({ size: { type: "integer", title: "Size", description: "Of it." } }),
  },
  "other wording, a long default": {
    "a/one.json": specOf({ size: { type: "string", title: "Length", default: "x".repeat(200) } }),
  },
  "a new model": { "a/four.json": specOf() },
  "a new model whose name meets another's": { "a/four-.json": specOf(), "A/ONE-two.json": specOf() },
  "a removed model": { "a/four.json": undefined },
  "the last usual output": {
    "a/one.json": specOf(undefined, ownOutput),
    "a/two.json": specOf(undefined, ownOutput),
    "b/three.json": specOf(undefined, ownOutput),
    "a/four-.json": specOf(undefined, ownOutput),
    "A/ONE-two.json": specOf(undefined, ownOutput),
  },
  "one usual output again": { "a/two.json": specOf() },
  "none of them": { "a/two.json": specOf(undefined, ownOutput) },
};

describe("after a few changes", () => {
  test("all files are the same bytes as in a run that starts from nothing", async () => {
    const root = makeFolder();
    const specs = join(root, "specs");
    const first = { "a/one.json": specOf(), "a/two.json": specOf(), "b/three.json": specOf() };
    writeFiles(specs, first);
    await generate({ specs, out: join(root, "kept") });
    for (const [what, change] of Object.entries(steps)) {
      for (const [path, spec] of Object.entries(change)) {
        if (spec === undefined) rmSync(join(specs, path));
        else writeFiles(specs, { [path]: spec });
      }
      const { plan } = await generate({ specs, out: join(root, "kept") });
      expect(plan?.update.length, what).toBeGreaterThan(0);
      const fresh = join(root, what);
      await generate({ specs, out: fresh });
      expect(readFiles(join(root, "kept")), what).toEqual(readFiles(fresh));
    }
  });

  test("schemas that differ in the sign of a zero stay different", async () => {
    const spec = (zero: string): string =>
      `{ "input": { "type": "object", "properties": { "x": { "type": "number", "default": ${zero} } } } }`;
    const root = makeFolder({ "specs/a/plus.json": spec("0"), "specs/a/minus.json": spec("-0") });
    await generate({ specs: join(root, "specs"), out: join(root, "out") });
    const files = readFiles(join(root, "out"));
    expect(files["models/a/plus.ts"]).toContain("default: 0 }");
    expect(files["models/a/minus.ts"]).toContain("default: -0 }");
  });
});

describe("a file about all models", () => {
  const models = ["a", "b", "c"].map((id) => ({ id }) as ApiModel);
  const api = { models } as unknown as Api;
  const texts = new Map(models.map(({ id }) => [id, `${id} was`]));
  const print = (some: readonly ApiModel[]): string =>
    `start${some.map(({ id }) => `\n- ${id}: ${texts.get(id)}.`).join("")}\nend`;
  const last = print(models);
  texts.set("b", "b is");

  const printAfter = (text: string | undefined, changed: readonly string[]) => {
    const printed: string[][] = [];
    const file: SharedFile = {
      path: "all.txt",
      print: (some) => {
        printed.push(some.map(({ id }) => id));
        return print(some);
      },
      beforeId: "\n- ",
      printId: (id) => `${id}: `,
      partsOf: (some) => some.map(({ id }) => ({ after: "start", opening: `\n- ${id}: `, closing: "\n" })),
    };
    const isCurrent = (path: string): boolean => !changed.some((id) => path === `models/${id}.ts`);
    const found = printChanged(api, file, { ...fromNothing, runtime: "", isCurrent, lastTextOf: () => text });
    return { found, printed };
  };

  test("is printed for the changed models alone", () => {
    expect(printAfter(last, ["b"])).toEqual({ found: print(models), printed: [["b"]] });
  });

  test.each([
    ["there is no last text", undefined],
    ["the last text is about other models", last.replace("\n- c: c was.", "")],
    ["the last text has them in another order", "start\n- b: b.\n- a: a.\n- c: c.\nend"],
  ])("is printed whole where %s", (_, text) => {
    expect(printAfter(text, ["b"])).toEqual({ found: print(models), printed: [["a", "b", "c"]] });
  });

  test("is printed whole where a part is not found", () => {
    const { found, printed } = printAfter(last.replace("start", "begin"), ["b"]);
    expect({ found, printed }).toEqual({ found: print(models), printed: [["b"], ["a", "b", "c"]] });
  });
});
