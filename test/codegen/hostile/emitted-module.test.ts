import { describe, expect, test } from "vitest";
import { fromNothing } from "../../../codegen/targets/target.js";
import { modelsTarget } from "../../../codegen/targets/models/models-target.js";
import { someModel } from "../targets/models/some-model.js";
import { readEmittedModule } from "./emitted-module.js";

const emit = async (): Promise<string> => {
  const api = { lifecycle: {}, ownLifecycle: false, models: [someModel({ id: "a/b" })] };
  const files = await modelsTarget.emit(api, { runtime: "the-runtime", ...fromNothing });
  return files.get("models/a/b.ts")!;
};

describe("a model's module is data", () => {
  test("but for one call, which is the client's", async () => {
    expect(readEmittedModule(await emit()).imports[0]).toBe("the-runtime");
  });

  test.each([
    ["another call", "defineModel<Input", "String<Input"],
    ["a call of a call", "defineModel<Input, Output>(", "defineModel<Input, Output>()("],
    ["a call that bundlers keep", "/* @__PURE__ */ ", ""],
    ["a prototype", 'id: "a/b"', "__proto__: globalThis"],
    ["the call as data", 'id: "a/b"', 'id: "a/b", price: defineModel'],
    ["a call inside", 'id: "a/b"', "id: String(5)"],
    ["a name", 'id: "a/b"', "id: globalThis"],
    ["a template", 'id: "a/b"', "id: `a`"],
    ["a spread", 'id: "a/b"', "...defineModel"],
    ["a cast", "});", "} as never);"],
    ["one more argument", "});", "}, 5);"],
    ["one more import", "{ defineModel }", "{ check, defineModel }"],
    ["an import by another name", "{ defineModel }", "{ check as defineModel }"],
    ["an import for its effect", "/** The output of", 'import "node:fs";\n/** The output of'],
    ["another type", "<Input, Output>", "<Input, unknown>"],
    ["no type", "<Input, Output>", ""],
  ])("%s is refused", async (_, from, to) => {
    const text = await emit();
    expect(text).toContain(from);
    expect(() => readEmittedModule(text.replace(from, to))).toThrow();
  });
});
