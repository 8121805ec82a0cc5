import { expect, test } from "vitest";
import { classify } from "../../src/protocol/classify.js";
import { readExchange, statusOf } from "../../src/protocol/exchange.js";

test.each([
  "CERT_HAS_EXPIRED",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
])("row 21: %s is not tried again", (code) => {
  expect(repeatOf(Object.assign(new Error(code), { code }))).toBe("never");
  const refused = Object.assign(new Error("ECONNREFUSED"), { code: "ECONNREFUSED" });
  expect(repeatOf(refused)).toBe("after interval");
});

test.each([TypeError, ReferenceError])("a fault of the program, a %o, is not tried again", (Kind) => {
  expect(repeatOf(new Kind("x"))).toBe("never");
});

/** Whether a paid request is repeated that failed so before it left. */
const repeatOf = (failure: Error) => {
  const exchange = { request: "POST x", phase: "connecting", status: 0, failure } as const;
  const reply = readExchange({ ...exchange, header: () => null, text: () => "" }, String, 0);
  return classify(reply, { call: "submit" }).repeat;
};

test.each([
  [400004, 400],
  ["404001", 404],
  [599999, 599],
  [600000, 200],
  [399999, 200],
  ["E_BUSY", 200],
  [undefined, 200],
])("the code %j in a 200 means %i", (code, meaning) => {
  expect(statusOf(code, 200)).toBe(meaning);
});
