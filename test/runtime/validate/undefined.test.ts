import { describe, expect, test } from "vitest";
import { describeIssue } from "../../../src/errors/issue.js";
import { check, checkInput } from "../../../src/input/check.js";
import type { Schema } from "../../../src/input/model.js";
import { checkSendable } from "../../../src/input/sendable.js";
import { model, valid } from "./seedance.js";

const inner: Schema = { type: "object", properties: { a: { type: "string" } }, required: ["a"] };
const input: Schema = {
  type: "object",
  properties: { list: { items: inner }, one: { ...inner, additionalProperties: false }, seed: { enum: [1] } },
  additionalProperties: false,
};
const checks: readonly [string, (value: unknown) => readonly string[]][] = [
  ["check", (value) => check(input, value).map(describeIssue)],
  ["checkInput", (value) => checkInput({ input }, value).map(describeIssue)],
];

describe.each(checks)("for %s a field that is undefined counts as left out", (_, say) => {
  test("where it is optional", () => {
    expect(say({ seed: undefined, one: { a: "x", b: undefined }, list: [{ a: "x" }] })).toEqual([]);
  });

  test("where it is required", () => {
    expect(say({ one: { a: undefined }, list: [{ a: undefined }] })).toEqual([
      "`one.a`: is required",
      "`list[0].a`: is required",
    ]);
  });

  test("where its name is unknown", () => {
    expect(say({ sed: undefined, one: { a: "x", b: undefined } })).toEqual([]);
  });

  test("where an object is compared as a whole", () => {
    expect(check({ enum: [{ a: 1 }] }, { a: 1, b: undefined })).toEqual([]);
  });
});

test("an input whose optional fields are undefined passes, and its body is without them", () => {
  const sent = { ...valid, seed: undefined, ratio: undefined };
  expect(checkInput(model, sent)).toEqual([]);
  expect(checkSendable(sent)).toEqual([]);
  expect(Object.keys(JSON.parse(JSON.stringify(sent)) as object)).not.toContain("ratio");
});

test("in an array undefined is refused, for JSON would send null", () => {
  const given = { list: [undefined] };
  const said = ["`list[0]`: undefined given; expected a value"];
  expect(checkSendable(given).map(describeIssue)).toEqual(said);
  expect(checkInput({ input: {} }, given).map(describeIssue)).toEqual(said);
});
