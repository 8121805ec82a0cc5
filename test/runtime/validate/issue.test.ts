import { describe, expect, test } from "vitest";
import { describeIssue, makeIssue, show } from "../../../src/errors/issue.js";

describe("one maker gives every issue its message", () => {
  test.each([
    [{ code: "type", given: "5", expected: "string" }, "5 given; expected string"],
    [
      { code: "type", given: "5", expected: "string", nearest: '"5"' },
      '5 given; expected string. Did you mean "5"?',
    ],
    [{ code: "enum", given: "5", expected: "1, 2" }, "5 is not one of 1, 2"],
    [{ code: "const", given: "5", expected: "1" }, "5 is not 1"],
    [{ code: "required" }, "is required"],
    [{ code: "unknown_field", expected: "one of a, b" }, "is not a documented field; expected one of a, b"],
    [
      { code: "unknown_field", expected: "one of a, b", nearest: "a" },
      'is not a documented field. Did you mean "a"?',
    ],
    [
      { code: "model_id", given: '"a/c"', reason: "is not a model id", nearest: "a/b" },
      '"a/c" is not a model id. Did you mean "a/b"?',
    ],
    [{ code: "price", reason: "costs $2" }, "costs $2"],
    [
      { code: "media_address", given: '"x"', reason: "is not encrypted", expected: "https" },
      '"x" is not encrypted; expected https',
    ],
  ] as const)("%j", (data, message) => {
    const { reason: _, ...kept } = { reason: "", ...data };
    expect(makeIssue(data)).toEqual({ ...kept, path: "", message });
  });

  test("with its place and its severity", () => {
    const issue = makeIssue({ code: "required", path: "/loras/0/a~1b", severity: "warning" });
    expect(issue).toEqual({
      code: "required",
      path: "/loras/0/a~1b",
      message: "is required",
      severity: "warning",
    });
    expect(describeIssue(issue)).toBe("`loras[0].a/b`: is required");
  });
});

describe("a value in a message", () => {
  test.each([
    ["https://example.com/a.png?key=secret", '"https://example.com/a.png?…"'],
    ["https://example.com/a.png#secret", '"https://example.com/a.png?…"'],
    ["https://example.com/a.png", '"https://example.com/a.png"'],
    [
      `https://user:${"secret".repeat(50)}@example.com/a.png`,
      '"https://example.com/a.png"… (331 characters)',
    ],
    ["is it right? yes", '"is it right? yes"'],
    ["ratio 16:9?", '"ratio 16:9?"'],
  ])("%s", (value, shown) => {
    expect(show(value)).toBe(shown);
  });

  test("of ten million characters is shown at once", () => {
    for (const text of ["a", "a:", "https://", "@", "://", "?", "//"].map((part) => part.repeat(5e6)))
      expect(show(text).length).toBeLessThan(150);
  });
});
