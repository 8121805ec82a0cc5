import { expect, test } from "vitest";
import { digestInput } from "../../src/once/index.js";

/** Hashes of the first release: records of users hold them, so that they never change. */
const fixture: readonly (readonly [input: unknown, hash: string])[] = [
  [
    { prompt: "Rain.", seed: 5, list: [1, null, true], nested: { b: 1, a: "\u{1F514}" } },
    "ad6b9481d9dea96479f2db102a1113a0d57d8f14bd1bf870724a63afebf66ae6",
  ],
  [
    { image: "https://a.example/x.png?signature=1#top" },
    "431804f52f9cadc5133a4bc93315e92c74728f98b0be370a51c309d7c3d077e3",
  ],
  [
    { image: "data:image/png;base64,AAAA" },
    "1eff1587f681f32bcddf91d95a0a603a87073098ff378851193d69a679dab367",
  ],
  [{ image: new Uint8Array([1, 2, 3]) }, "b961a2f029e67edd72bd2ed7bd162f7ef27315c73adf9783130b18eeab06914a"],
  [{}, "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"],
];

test.each(fixture)("the hash of %j is that of the first release", async (input, hash) => {
  expect((await digestInput(input)).inputHash).toBe(hash);
});

test("the order of names and fields that are undefined do not count, other values do", async () => {
  const hashOf = async (input: unknown) => (await digestInput(input)).inputHash;
  const hash = await hashOf({ a: 1, b: { c: 2, d: 3 } });
  expect(await hashOf({ b: { d: 3, c: 2 }, a: 1, e: undefined })).toBe(hash);
  for (const other of [
    { a: "1", b: { c: 2, d: 3 } },
    { a: 1, b: { c: 2 } },
    { a: 1, b: [2, 3] },
  ])
    expect(await hashOf(other)).not.toBe(hash);
});

test("an address counts without user, query and fragment; a text that only mentions one counts whole", async () => {
  const { kept, isWhole } = await digestInput({
    image: "https://me:secret@a.example/x.png?signature=1",
    prompt: "See https://a.example/x?y=1 for more",
  });
  expect(kept).toEqual({ image: "https://a.example/x.png", prompt: "See https://a.example/x?y=1 for more" });
  expect(isWhole).toBe(false);
  expect(await digestInput({ image: "https://a.example/x.png" })).toMatchObject({ isWhole: true });
});

test("files count by their bytes, whatever holds them", async () => {
  const bytes = new Uint8Array([1, 2, 3]);
  const forms = [bytes, bytes.buffer, new Blob([bytes])];
  const hashes = await Promise.all(forms.map(async (file) => (await digestInput({ file })).inputHash));
  expect(new Set(hashes).size).toBe(1);
  expect((await digestInput({ file: bytes })).kept).toMatchObject({ file: { bytes: 3 } });
});

test("an input whose files stand as their hashes is kept as it is, so that what is kept has the same hash", async () => {
  const given = { image: "data:image/png;base64,AAAA", note: "x" };
  const first = await digestInput(given);
  const second = await digestInput(first.kept);
  expect(second).toEqual({ ...first, isWhole: true });
});
