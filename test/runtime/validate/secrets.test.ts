import { describe, expect, test } from "vitest";
import { checkInput } from "../../../src/input/check.js";
import { model, valid } from "./seedance.js";

describe("an address in an issue is without what opens it", () => {
  test.each([
    "https://bucket.example.internal/a.png?X-Amz-Signature=secret",
    "http://example.com/a.png?X-Amz-Signature=secret",
    "https://10.0.0.1/a.png#secret",
    "https://user:secret@localhost/a.png",
    "https:\\\\user:secret@localhost\\a.png?secret",
    "https:/user:secret@localhost/a.png",
    "s3://bucket/a.png?versionId=secret",
    "ftp://user:secret@example.com/a.png",
    "//example.com/a.png?secret",
    "example.com/a.png?X-Amz-Signature=secret",
    " https://example.com/a.png?X-Amz-Signature=secret",
    "https://example.com/a\n.png?X-Amz-Signature=secret",
    `https://example.com/a.png?X-Amz-Signature=secret${"0".repeat(500)}\n`,
  ])("%j", (address) => {
    const [issue, ...others] = checkInput(model, { ...valid, first_frame_image_url: address });
    expect(others).toEqual([]);
    expect(issue).toMatchObject({ code: "media_address", path: "/first_frame_image_url" });
    expect(JSON.stringify(issue)).not.toContain("secret");
    expect(issue!.given).toMatch(/localhost|a/);
  });

  test("nor in a field that takes no address", () => {
    const address = "see https://user:secret@example.com/a.png?key=secret#secret";
    for (const input of [
      { ...valid, ratio: address },
      { ...valid, duration: address },
    ]) {
      const [issue] = checkInput(model, input);
      expect(issue!.given).toBe('"see https://example.com/a.png?…"');
      expect(JSON.stringify(issue)).not.toContain("secret");
    }
  });
});

describe("a media address is refused", () => {
  test.each([
    [" https://example.com/a.png", "begins or ends with white space"],
    ["https://example.com/a.png\n", "begins or ends with white space"],
    ["https://example.com/a.png\u00a0", "begins or ends with white space"],
    ["\tdata:image/png;base64,iVBORw0KGgo=", "begins or ends with white space"],
    ["https://example.com/\na.png", "has a line break, a tab or another control character in it"],
    ["https://exam\tple.com/a.png", "has a line break, a tab or another control character in it"],
    ["https://example.com/a\u0000.png", "has a line break, a tab or another control character in it"],
    ["https://example.com/a\u2028.png", "has a line break, a tab or another control character in it"],
    ["data:image/png;base64,iVBO\nRw0KGgo=", "has a line break, a tab or another control character in it"],
  ])("%j %s", (address, reason) => {
    const issues = checkInput(model, { ...valid, first_frame_image_url: address });
    expect(issues).toHaveLength(1);
    expect(issues[0]!.message).toContain(reason);
    expect(issues[0]!.message).toContain("expected a public https URL or a data: URI");
  });
});
