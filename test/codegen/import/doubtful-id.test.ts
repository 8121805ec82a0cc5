import { expect, test } from "vitest";
import { findOtherModel } from "../../../codegen/import/path-doubt.js";
import { readPage } from "../../../codegen/import/page/page.js";

const schema =
  '{"type":"object","properties":{"prompt":{"type":"string"},"size":{"enum":["2 K","4\u00a0K"]}}}';
const pageOf = (address: string, more = "", body = schema): Uint8Array =>
  new TextEncoder().encode(
    `Call it.\ncurl --request POST \\\n--url https://model-api.runcomfy.net/v1/models/${address} \\\n--header "A: b"\n${more}\nInput schema\n${body}\nThe end.\n`,
  );

const whole = "bytedance/seedance-v1.5-pro/image-to-video";

test.each([
  ["a hyphen that does not break", "bytedance/seedance\u2011v1.5-pro/image-to-video"],
  ["a dash", "bytedance/seedance\u2013v1.5-pro/image-to-video"],
  ["a minus sign", "bytedance/seedance\u2212v1.5-pro/image-to-video"],
  ["a soft hyphen", "bytedance/seedance-v1.5\u00ad-pro/image-to-video"],
  ["a zero-width space", "bytedance/seedance-v1.5\u200b-pro/image-to-video"],
  ["a full-width slash", "bytedance/seedance-v1.5-pro\uff0fimage-to-video"],
  ["a line end behind a hyphen", "bytedance/seedance-\nv1.5-pro/image-to-video"],
  ["a Windows line end", "bytedance/seedance-v1.5-pro/\r\n  image-to-video"],
])("an address that %s cuts is refused, with both ids", (_, address) => {
  const result = readPage(pageOf(address));
  expect(result.ok).toBe(false);
  if (!result.ok)
    expect(result.text).toMatch(/the model id is ".*" or "bytedance\/seedance-v.*\/image-to-video"/);
});

test("a ligature is a letter of the id that it stands in", () => {
  const result = readPage(pageOf("acme/\ufb02ux-2/edit"));
  expect(result.ok).toBe(false);
  const inside = readPage(pageOf("acme/super\ufb02ux-2/edit"));
  expect(inside.ok ? "" : inside.text).toContain('"acme/superflux-2/edit"');
});

test("an id that goes on elsewhere on the page is refused, with both", () => {
  const result = readPage(pageOf("bytedance/seedance", `See runcomfy.com/models/${whole}/playground.`));
  expect(result.ok ? "" : result.text).toContain(`the model id is "bytedance/seedance" or "${whole}`);
});

test.each([
  ["prose on the next line", "acme/paint/edit\nKeep the key"],
  ["a heading on the next line", "acme/paint/edit\nHeaders\nx"],
  [
    "a link to the model's page",
    `acme/paint/edit \\\nhttps://www.runcomfy.com/models/acme/paint/edit/playground`,
  ],
  ["the same address again", "acme/paint/edit \\\nhttps://model-api.runcomfy.net/v1/models/acme/paint/edit."],
])("an address before %s is whole", (_, address) => {
  const result = readPage(pageOf(address));
  expect(result.ok ? result.page.id : result.text).toBe("acme/paint/edit");
});

test("a space that is no plain one in a value that calls must match is told", () => {
  const result = readPage(pageOf(whole));
  expect(result.ok && result.page.notes.map(({ text }) => text)).toContainEqual(
    'the value "4\u00a0K" at /properties/size/enum/1 has a space that is no plain one; write it as the service knows it',
  );
});

test.each(["\u00a0", "\u3000", "\u2009"])(
  "where the page sets its code with such spaces, values have plain ones",
  (space) => {
    const body = `{"type":${space}"object","properties":${space}{"size":${space}{"enum":${space}["4${space}K"],"default":${space}"4${space}K"}}}`;
    const result = readPage(pageOf(whole, "", body));
    expect(result.ok && result.page.input).toMatchObject({
      properties: { size: { enum: ["4 K"], default: "4 K" } },
    });
    expect(result.ok && result.page.notes.map(({ text }) => text).join()).not.toContain("no plain one");
  },
);

const known = [whole, "bytedance/seedance-v1.5-pro/text-to-video", "acme/paint", "acme/paint-xl/edit"];

test.each<[file: string, id: string, other: string | undefined]>([
  ["page.html", whole, undefined],
  ["pages/01-en.txt", whole, undefined],
  ["Seedance (1).html", whole, undefined],
  [`pages/${whole}.html`, whole, undefined],
  ["bytedance_seedance-v1.5-pro_image-to-video.2026-11-30.md", whole, undefined],
  ["Seedance v1.5 Pro Image to Video | RunComfy.html", whole, undefined],
  ["acme-paint-en.html", "acme/paint", undefined],
  ["acme/paint/index.html", "acme/paint", undefined],
  ["pages/acme/paint.html", whole, "acme/paint"],
  ["acme--paint-xl--edit.txt", "acme/paint", "acme/paint-xl/edit"],
  ["bytedance\\Seedance-v1.5-Pro\\text-to-video.html", whole, known[1]],
  ["acme_new_v2.html", "acme/new", "acme_new_v2.html"],
  ["acme/new/image-to-video.md", "acme/new", "acme/new/image-to-video.md"],
  ["Ink Text to Image.html", "acme/ink/image-to-video", "Ink Text to Image.html"],
  ["text to image/ink.html", "acme/ink/image-to-video", undefined],
])("%s, a page about %s, names the other model %s", (file, id, other) => {
  expect(findOtherModel(file, id, known)).toBe(other);
});
