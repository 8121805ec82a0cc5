import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ApiModel } from "../../../codegen/ir/api.js";
import { modelsTarget } from "../../../codegen/targets/models/models-target.js";
import { toStoredSchema } from "../../../codegen/targets/models/stored-schema.js";
import { fromNothing } from "../../../codegen/targets/target.js";
import { readEmittedModule } from "./emitted-module.js";
import { dose } from "../../support/dose.js";
import { hostileModel } from "./hostile-values.js";
import { compilers, openWorkshop } from "./type-check.js";

const emit = async (
  models: readonly ApiModel[],
  runtime = "runcomfy-models",
): Promise<ReadonlyMap<string, string>> => {
  const api = { lifecycle: {}, ownLifecycle: false, models };
  const files = await modelsTarget.emit(api, { runtime, ...fromNothing });
  return files as ReadonlyMap<string, string>;
};

/** Many models at once: each under an id of its own. */
const hostileModels = (count: number): fc.Arbitrary<readonly ApiModel[]> =>
  fc
    .array(hostileModel, { minLength: count, maxLength: count })
    .map((models) => models.map((model, at) => ({ ...model, id: `${model.id}-${at}` })));

// oxlint-disable-next-line no-control-regex
const invisible = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff\p{Surrogate}]/u;

describe("modules of random hostile models", () => {
  const runs = dose(25, 100);
  test(`${runs * 20} of them hold only types and one literal, and every literal comes through unchanged`, async () => {
    await fc.assert(
      fc.asyncProperty(hostileModels(20), async (models) => {
        const files = await emit(models);
        for (const model of models) {
          const text = files.get(`models/${model.id}.ts`) ?? "";
          const read = readEmittedModule(text);
          const { price } = model.listing;
          const carried = {
            id: model.id,
            input: toStoredSchema(model.input),
            ...(price === undefined ? {} : { price }),
          };
          if (invisible.test(text)) throw new Error("an invisible character");
          if (read.exports.join() !== "Input,Output,model") throw new Error(`exports ${read.exports.join()}`);
          // Far faster than an expectation, and as strict: it tells -0 from 0.
          if (!isDeepStrictEqual(read.model, carried)) expect(read.model).toStrictEqual(carried);
        }
      }),
      { numRuns: runs },
    );
  });

  const count = dose(40, 100);
  test(`${count} of them compile in one program, with TypeScript 5.9 and 7`, async () => {
    const workshop = openWorkshop();
    try {
      const [models = []] = fc.sample(hostileModels(count), 1);
      workshop.write(await emit(models, workshop.runtime));
      for (const compiler of compilers) expect(workshop.check(compiler)).toEqual([]);
    } finally {
      workshop.close();
    }
  });
});
