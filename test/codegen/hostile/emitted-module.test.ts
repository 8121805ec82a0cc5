import { describe, expect, test } from "vitest";
import { fromNothing } from "../../../codegen/targets/target.js";
import { modelsTarget } from "../../../codegen/targets/models/target.js";
import { someModel } from "../targets/models/some-model.js";
import { readEmittedModule } from "./emitted-module.js";

const emit = async (): Promise<string> => {
  const api = { lifecycle: {}, ownLifecycle: false, models: [someModel({ id: "a/b" })] };
  const files = await modelsTarget.emit(api, { runtime: "the-runtime", ...fromNothing });
  return files.get("models/a/b.ts")!;
};

describe("a model's module is data", () => {
  test("but for the prototype, which is the client's", async () => {
    expect(readEmittedModule(await emit()).imports[0]).toBe("the-runtime");
  });

  test.each([
    ["another prototype", "__proto__: prototype", "__proto__: globalThis"],
    ["a prototype of its own", "__proto__: prototype", "__proto__: { id: 1 }"],
    ["no prototype", "__proto__: prototype,", ""],
    ["a second one", 'id: "a/b"', 'id: "a/b", input: { __proto__: prototype }'],
    ["the prototype as data", 'id: "a/b"', 'id: "a/b", price: prototype'],
    ["a call", 'id: "a/b"', "id: String(5)"],
    ["a name", 'id: "a/b"', "id: globalThis"],
    ["a template", 'id: "a/b"', "id: `a`"],
    ["a spread", 'id: "a/b"', "...prototype"],
    ["one more import", "prototype, type", "prototype, standard, type"],
    ["an import by another name", "prototype, type", "standard as prototype, type"],
    ["an import for its effect", "/** What a finished", 'import "node:fs";\n/** What a finished'],
    ["another type", "as Model<Input> as", "as unknown as"],
  ])("%s is refused", async (_, from, to) => {
    const text = await emit();
    expect(text).toContain(from);
    expect(() => readEmittedModule(text.replace(from, to))).toThrow();
  });
});
