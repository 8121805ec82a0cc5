import { expect, test } from "vitest";
import { normalize } from "../../../codegen/ir/spec-normalization.js";
import type { SchemaNode } from "../../../src/dialect/notation/schema-node.js";
import { fromNothing } from "../../../codegen/targets/target.js";
import { modelsTarget } from "../../../codegen/targets/models/models-target.js";
import type { Json } from "../../../src/input/model.js";
import { check } from "../../../src/input/check.js";
import { compilers, openWorkshop } from "../hostile/type-check.js";

const string = { type: "string" };
const mode = { type: "string", enum: ["text", "image"] };
const texts = { properties: { mode: { const: "text" } }, required: ["prompt"] };
const images = { properties: { mode: { const: "image" } }, required: ["image"] };
const modes = { type: "object", properties: { mode, prompt: string, image: string }, oneOf: [texts, images] };
const right = [
  { mode: "text", prompt: "a" },
  { mode: "image", image: "u" },
  { mode: "text", prompt: "a", image: "u" },
];
const branch = (word: string, name: string) => ({
  type: "object",
  properties: { mode: { const: word }, [name]: string },
  required: ["mode", name],
});
const cam = (...names: string[]) => ({
  type: "object",
  properties: Object.fromEntries(names.map((name) => [name, { type: "number" }])),
});

const cases: readonly (readonly [schema: SchemaNode, values: readonly Json[]])[] = [
  [modes, right],
  [{ properties: { field: modes } }, right.map((field) => ({ field }))],
  [{ properties: { field: { ...modes, nullable: true } } }, [{ field: null }, { field: right[0]! }]],
  [{ oneOf: [branch("text", "prompt"), branch("image", "image")] }, right],
  [
    {
      properties: { size: { type: "string", enum: ["s", "l"] }, seconds: { type: "integer" } },
      anyOf: [
        { properties: { size: { const: "s" }, seconds: { maximum: 10 } } },
        { properties: { size: { const: "l" }, seconds: { maximum: 5 } } },
      ],
    },
    [{ size: "s", seconds: 10 }, { size: "l", seconds: 5 }, {}],
  ],
  [{ properties: { any: { description: "Any JSON value." } } }, [{ any: 1 }, { any: "x" }, { any: null }]],
  [
    {
      properties: { cam: cam("zoom") },
      anyOf: [{ properties: { cam: { ...cam("pan"), required: ["pan"] } } }],
    },
    [{ cam: { zoom: 1, pan: 2 } }, {}],
  ],
  [
    {
      properties: { mode },
      anyOf: [{ properties: { mode: { const: "text" } }, additionalProperties: true }],
    },
    [{ mode: "text", more: 1 }],
  ],
  [
    { allOf: [{ properties: { cam: cam("pan") } }, { properties: { cam: cam("tilt"), mode } }] },
    [{ cam: { pan: 1, tilt: 2 }, mode: "text" }],
  ],
  [
    { properties: { a: { allOf: [mode], nullable: true }, b: { anyOf: [string, mode], nullable: true } } },
    [
      { a: null, b: null },
      { a: "text", b: "x" },
    ],
  ],
];

test("a right value of a merged schema fits the check, and compiles with TypeScript 5.9 and 7", async () => {
  const specs = cases.map(([input], at) => ({
    id: `a/m${at}`,
    file: `specs/a/m${at}.json`,
    text: "",
    hash: "",
    spec: { input },
  }));
  const { models } = normalize(specs);
  const misfits = cases.flatMap(([, values], at) =>
    values.flatMap((value) => check(models[at]!.input, value)),
  );
  expect(misfits).toEqual([]);
  const workshop = openWorkshop();
  try {
    const api = { lifecycle: {}, ownLifecycle: false, models };
    workshop.write(
      (await modelsTarget.emit(api, { runtime: workshop.runtime, ...fromNothing })) as Map<string, string>,
    );
    const calls = cases.map(
      ([, values], at) =>
        `import type { Input as Input${at} } from "./models/a/m${at}.js";\n` +
        `export const values${at}: readonly Input${at}[] = ${JSON.stringify(values)};\n`,
    );
    workshop.write(new Map([["calls.ts", calls.join("")]]));
    for (const compiler of compilers) expect(workshop.check(compiler)).toEqual([]);
  } finally {
    workshop.close();
  }
});
