import { describe, expect, test } from "vitest";
import { check, checkInput } from "../../../src/input/check.js";
import type { Schema } from "../../../src/input/model.js";
import { checkSendable } from "../../../src/input/sendable.js";

const many = 900_000;
const names = Object.fromEntries(Array.from({ length: many }, (_, at) => [`key${at}`, 1]));
const numbers = Array.from({ length: many }, () => NaN);
const closed: Schema = { type: "object", properties: { prompt: {} }, additionalProperties: false };

describe("a list of issues is bounded", () => {
  test.each([
    ["unknown names", () => checkInput({ input: closed }, names)],
    ["wrong items", () => check({ items: { type: "string" } }, numbers)],
    ["values that JSON cannot carry", () => checkInput({ input: {} }, { numbers })],
    ["such values in an input of an unknown model", () => checkSendable({ numbers })],
    [
      "one branch or another",
      () => check({ anyOf: [{ items: { type: "string" } }, { items: { type: "boolean" } }] }, numbers),
    ],
  ])("with 900,000 %s", (_, run) => {
    const issues = run();
    expect(issues).toHaveLength(101);
    expect(issues.at(-1)).toEqual({
      code: "more",
      path: "",
      message: "has more than 100 issues; the others are not listed",
    });
  });

  test("with a hundred it is whole", () => {
    const issues = checkSendable({ numbers: numbers.slice(0, 100) });
    expect(issues).toHaveLength(100);
    expect(issues.every(({ code }) => code === "not_sendable")).toBe(true);
  });

  test("warnings never take the place of what stops a job", () => {
    const input: Schema = { ...closed, required: ["prompt"], additionalProperties: true };
    const issues = checkInput({ input }, names);
    expect(issues).toHaveLength(101);
    expect(issues[0]).toMatchObject({ code: "required", path: "/prompt" });
    expect(issues.slice(1).every(({ severity }) => severity === "warning")).toBe(true);
    expect(issues.at(-1)!.code).toBe("more");
  });
});
