import { expect, test } from "vitest";
import { memoryStore } from "../../src/once/index.js";
import { describeStore } from "./store-suite.js";

describeStore("memoryStore", async () => {
  const store = memoryStore();
  return { connect: async () => store };
});

test("memoryStore says that records end with the process", async () => {
  expect(await memoryStore().open()).toMatchObject({
    durability: "none",
    warning: expect.stringContaining("process"),
  });
});
