import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as generated from "../../generated/catalogue.js";
import { generate } from "../../codegen/generate/generation.js";
import { emit } from "../../codegen/generate/emission.js";
import { modelsTarget } from "../../codegen/targets/models/models-target.js";
import { catalogueTarget } from "../../codegen/targets/catalogue/catalogue-target.js";
import { objectOf, someModel } from "../codegen/targets/models/some-model.js";
import { fromNothing } from "../../codegen/targets/target.js";
import { printSameTypes } from "../codegen/hostile/same-types.js";
import { type Workshop, compilers, openWorkshop } from "../codegen/hostile/type-check.js";

const models = [
  someModel({
    id: "a/closed",
    input: objectOf(
      {
        prompt: { type: "string" },
        duration: { type: "integer", enum: [4, 5] },
        mode: { type: "string", enum: ["auto", "5"] },
        "241_seed": { type: "integer" },
        images: { type: "array", items: { type: "string" } },
        loras: {
          type: "array",
          items: objectOf({
            path: { type: "string" },
            scales: { type: "array", items: { type: "number" } },
          }),
        },
        pair: { enum: [[1, 2]] },
      },
      ["prompt"],
    ),
  }),
  someModel({
    id: "a/open",
    input: {
      ...objectOf({ prompt: { type: "string" }, steps: { type: "integer" } }, ["prompt"]),
      additionalProperties: true,
    },
    output: objectOf({ text: { type: "string" }, seed: { type: "integer" } }, ["text"]),
  }),
];

/** Each line of a use is right unless it ends in an expectation; an expectation that is not met is an error, too. */
const uses = `
import { defineModel, type Model } from "RUNTIME";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import * as closed from "./models/a/closed.js";
import * as open from "./models/a/open.js";
import { entries, modules, type Models } from "./catalogue.js";

export const right: closed.Input = { prompt: "x", duration: 4, mode: "5", "241_seed": 1 };
// @ts-expect-error a required field is missing
export const missing: closed.Input = {};
// @ts-expect-error no such field
export const unknown: closed.Input = { prompt: "x", promt: "y" };
// @ts-expect-error not one of the values
export const wrong: closed.Input = { prompt: "x", duration: 6 };
// @ts-expect-error a number where the documentation has a string
export const mixed: closed.Input = { prompt: "x", mode: 5 };
export const absent: closed.Input = { prompt: "x", duration: undefined };
// @ts-expect-error a required field is not undefined
export const nothing: closed.Input = { prompt: undefined };
const written = { prompt: "x", images: ["a", "b"], loras: [{ path: "p", scales: [1, 2] }], pair: [1, 2] } as const;
export const constant: closed.Input = written;
export const frozen = (images: readonly string[]): closed.Input => ({ prompt: "x", images });
export const mutable = (images: string[]): closed.Input => ({ prompt: "x", images });

export const more: open.Input = { prompt: "x", anything: { at: ["all"] } };
// @ts-expect-error a declared field keeps its type in an open model
export const less: open.Input = { prompt: "x", steps: "7" };
// @ts-expect-error a required field stays required in an open model
export const none: open.Input = { anything: 1 };

export const video = (output: closed.Output): string | undefined => output.video;
export const text = (output: open.Output): string => output.text;
// @ts-expect-error not documented for this model
export const typo = (output: closed.Output): unknown => output.vidoe;

const rest = { type: "object", additionalProperties: false } as const;
const field = { type: "string" } as const;
export const whole: Model<closed.Input> = { id: "a", input: { ...rest, properties: { prompt: field, duration: field, mode: field, "241_seed": field, images: field, loras: field, pair: field }, required: ["prompt"] } };
// @ts-expect-error the model forgets a field that Input has
export const forgets: Model<closed.Input> = { id: "a", input: { ...rest, properties: { prompt: field, duration: field, mode: field } } };
// @ts-expect-error the model has a field that Input forgets
export const invents: Model<closed.Input> = { id: "a", input: { ...rest, properties: { prompt: field, duration: field, mode: field, "241_seed": field, images: field, loras: field, pair: field, extra: field } } };
// @ts-expect-error no field of this name can be required
export const requires: Model<closed.Input> = { id: "a", input: { ...rest, properties: { prompt: field, duration: field, mode: field, "241_seed": field, images: field, loras: field, pair: field }, required: ["promt"] } };
// @ts-expect-error an open model's declared fields cannot be forgotten either
export const forgetsToo: Model<open.Input> = { id: "a", input: { ...rest, properties: { prompt: field } } };

const properties = { prompt: field, duration: field, mode: field, "241_seed": field, images: field, loras: field, pair: field };
export const literal = defineModel<closed.Input, closed.Output>({ id: "a", input: { ...rest, properties } });
// @ts-expect-error a module that forgets a field
export const short = defineModel<closed.Input, closed.Output>({ id: "a", input: { ...rest, properties: { prompt: field } } });
// @ts-expect-error a module with a field that Input forgets
export const long = defineModel<{ prompt: string }, closed.Output>({ id: "a", input: { ...rest, properties: { prompt: field, extra: field } } });
// @ts-expect-error a module that requires a field that Input does not have
export const strange = defineModel<closed.Input, closed.Output>({ id: "a", input: { ...rest, properties, required: ["promt"] } });

export const schema: StandardSchemaV1<closed.Input, closed.Input> = closed.model;
export const openSchema: StandardSchemaV1<open.Input, open.Input> = open.model;
// @ts-expect-error a copy is without the prototype
export const copy: StandardSchemaV1 = { ...closed.model };
const plain = { ...closed.model };
// @ts-expect-error a copy cannot check
export const unchecked = plain["~check"];
// @ts-expect-error a copy cannot estimate
export const unpriced = plain["~estimate"];
export const severities = closed.model["~check"]({}).map(({ severity, code }) => severity ?? code);
export const bound: "exact" | "atLeast" = closed.model["~estimate"]({}).bound;
// @ts-expect-error the data cannot be changed
closed.model.id = "b";

export const ids: (keyof Models)[] = entries.map(({ id }) => id);
export const load = async (): Promise<string> => (await modules["a/closed"]()).model.id;
export const loaded = async (): Promise<Model<open.Input, open.Output>> => (await modules["a/open"]()).model;
// @ts-expect-error no such model
export const lost = modules["a/opne"];
`;

let workshop: Workshop;
beforeAll(async () => {
  workshop = openWorkshop();
  const api = { lifecycle: {}, ownLifecycle: false, models };
  const options = { runtime: workshop.runtime, ...fromNothing };
  workshop.write((await emit(api, [modelsTarget, catalogueTarget], options)) as Map<string, string>);
  workshop.write(new Map([["uses.ts", uses.replace("RUNTIME", workshop.runtime)]]));
});
afterAll(() => workshop.close());

describe("modules in use", () => {
  test.each(compilers)("what is wrong does not compile and what is right does, with %s", (compiler) => {
    expect(workshop.check(compiler)).toEqual([]);
  });
});

describe("the models that ship", () => {
  test("compile in one program under the strictest flags, the catalogue with the same types, with both compilers", async () => {
    const shop = openWorkshop();
    try {
      const specs = fileURLToPath(new URL("../../specs", import.meta.url));
      const { diagnostics } = await generate({
        specs,
        out: join(shop.folder, "out"),
        runtime: "../../../src/input/standard.js",
        targets: [modelsTarget, catalogueTarget],
      });
      expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      const ids = generated.entries.map(({ id }) => id);
      shop.write(new Map([["out/same.ts", printSameTypes(ids)]]));
      for (const compiler of compilers) expect(shop.check(compiler)).toEqual([]);
    } finally {
      shop.close();
    }
  });
});
