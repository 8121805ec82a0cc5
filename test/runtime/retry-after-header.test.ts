import { describe, expect, test, vi } from "vitest";
import { readRetryAfter } from "../../src/protocol/retry-after.js";

describe("row 40: Retry-After", () => {
  const today = Date.UTC(2026, 0, 1);
  test.each([
    ["5", 5000],
    ["120, 60", 120_000],
    ["0", 0],
    ["1.5", 1500],
    ["1e9", 1e12],
    ["-5", undefined],
    ["soon", undefined],
    ["", undefined],
    [null, undefined],
    ["Thu, 01 Jan 2026 00:00:30 GMT", 30_000],
    ["Wed, 31 Dec 2025 00:00:00 GMT", 0],
    ["Thu, 01 Jan 2026 00:00:30 GMT, 10", 30_000],
    ["Thursday, 01-Jan-26 00:00:30 GMT", 30_000],
    ["Sunday, 06-Nov-94 08:49:37 GMT", 0],
    ["Thu Jan  1 00:00:30 2026", 30_000],
    ["Sun Nov 16 08:49:37 1994, 7", 7000],
    ["Thursday, 99-Foo-26 99:99:99 GMT", undefined],
  ])("%j asks for %j ms", (header, wanted) => {
    expect(readRetryAfter(header, null, today)).toBe(wanted);
  });

  test("row 16: a date is measured by the server's own clock", () => {
    const dates = ["Thu, 01 Jan 2026 00:00:30 GMT", "Thu, 01 Jan 2026 00:00:10 GMT"] as const;
    expect(readRetryAfter(...dates, Date.UTC(2020, 0, 1))).toBe(20_000);
    expect(readRetryAfter(dates[0], "Thu Jan  1 00:00:10 2026", Date.UTC(2020, 0, 1))).toBe(20_000);
    expect(readRetryAfter(dates[0], "some day", today)).toBe(30_000);
  });
});

test("row 40: a date without a zone is read as the service's, wherever the client runs", () => {
  vi.stubEnv("TZ", "Asia/Tokyo");
  const header = "Thu Jan  1 00:00:30 2026";
  expect(readRetryAfter(header, null, Date.UTC(2026, 0, 1))).toBe(30_000);
  vi.unstubAllEnvs();
});
