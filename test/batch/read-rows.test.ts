import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readRows } from "../../src/node/index.js";
import type { BatchRow } from "../../src/node/index.js";

const model = {
  id: "a/b",
  input: {
    type: "object",
    properties: {
      prompt: { type: "string" },
      seed: { type: "integer" },
      strength: { type: "number" },
      loop: { type: "boolean" },
      images: { type: "array", items: { type: "string" } },
      frames: { type: "array", items: { type: "string", "x-media": { kind: "image" } } },
      camera: { type: "object" },
      duration: { enum: [5, 10, "auto"] },
      size: { anyOf: [{ type: "integer", minimum: 64 }, { type: "string" }] },
    },
  },
} as const;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rows-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const collect = async (rows: AsyncIterable<BatchRow>): Promise<BatchRow[]> => {
  const all: BatchRow[] = [];
  for await (const row of rows) all.push(row);
  return all;
};
const read = (content: string | Buffer, name = "prompts.csv"): Promise<BatchRow[]> => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return collect(readRows(path, { model }));
};
const inputs = async (content: string | Buffer, name?: string) =>
  (await read(content, name)).map(({ input }) => input);

describe("row 114: a table", () => {
  test.each([
    ["commas", 'key,prompt,seed\na,"Rain, then snow",5\n'],
    [
      "semicolons, as Excel writes them in many countries",
      '\uFEFFkey;prompt;seed\r\na;"Rain, then snow";5\r\n',
    ],
    ["tabs", "key\tprompt\tseed\na\tRain, then snow\t5\n"],
    ["a line that names the separator", 'sep=;\r\nkey;prompt;seed\r\na;"Rain, then snow";5\r\n'],
    ["line ends of old Macs", 'key,prompt,seed\ra,"Rain, then snow",5\r'],
    ["no line end at its end", 'key,prompt,seed\na,"Rain, then snow",5'],
  ])("with %s is read", async (_, content) => {
    expect(await read(content)).toMatchObject([{ key: "a", input: { prompt: "Rain, then snow", seed: 5 } }]);
  });

  test('in UTF-16, as Excel writes "Unicode text", is read', async () => {
    const text = Buffer.from("\uFEFFprompt\tseed\r\nSchnee \u{1F328}\t5\r\n", "utf16le");
    expect(await inputs(text)).toEqual([{ prompt: "Schnee \u{1F328}", seed: 5 }]);
  });

  test("in UTF-16 with the high byte first is read, too", async () => {
    const text = Buffer.from("\uFEFFprompt\tseed\r\nSchnee \u{1F328}\t5\r\n", "utf16le").swap16();
    expect(await inputs(text)).toEqual([{ prompt: "Schnee \u{1F328}", seed: 5 }]);
  });

  test("of a stream is read once, wherever its pieces are cut", async () => {
    for (const encoded of [
      Buffer.from("\uFEFFprompt,seed\nSchnee \u{1F328},5\n"),
      Buffer.from("\uFEFFprompt,seed\nSchnee \u{1F328},5\n", "utf16le"),
    ]) {
      const bytes = [...encoded].map((byte) => new Uint8Array([byte]));
      expect(await collect(readRows(bytes, { model }))).toMatchObject([
        { input: { prompt: "Schnee \u{1F328}", seed: 5 } },
      ]);
    }
    const text = ['{"prompt":"a"}\n{"pro', 'mpt":"b"}'];
    expect(await collect(readRows(text, { model, format: "jsonl" }))).toHaveLength(2);
  });

  test("in another encoding than Unicode is refused with the one to choose", async () => {
    await expect(read(Buffer.from("prompt\nl\xe9ger\n", "latin1"))).rejects.toThrow(/not UTF-8.*CSV UTF-8/);
  });

  test("has quotes and line ends inside cells, and tells the line on which a row begins", async () => {
    const rows = await read('prompt,seed\n"one\ntwo ""three""\r\nfour",5\nlast,6\n\n,\nend,7\n');
    expect(rows.map(({ line, input }) => [line, input])).toEqual([
      [2, { prompt: 'one\ntwo "three"\r\nfour', seed: 5 }],
      [5, { prompt: "last", seed: 6 }],
      [8, { prompt: "end", seed: 7 }],
    ]);
  });

  test("gives values the types of the schema, and leaves out empty cells", async () => {
    const cells = ["007", "5", "0.5", "TRUE", '"[""a"",""b""]"', '"{""x"":1}"', "10", "128"];
    const head = "prompt,seed,strength,loop,images,camera,duration,size\n";
    expect(await inputs(`${head}${cells.join(",")}\n5,,,,,,auto,big\n`)).toEqual([
      {
        prompt: "007",
        seed: 5,
        strength: 0.5,
        loop: true,
        images: ["a", "b"],
        camera: { x: 1 },
        duration: 10,
        size: 128,
      },
      { prompt: "5", duration: "auto", size: "big" },
    ]);
  });

  test.each([
    ["me.png", ["me.png"]],
    ["me.png; https://a.example/x;y.png", ["me.png", "https://a.example/x;y.png"]],
    ['"[""me.png"",""a; b.png""]"', ["me.png", "a; b.png"]],
  ])("gives the files of a cell %s as a list", async (cell, frames) => {
    expect(await inputs(`prompt,frames\na,${cell}\n`)).toEqual([{ prompt: "a", frames }]);
  });

  test("keeps texts exact", async () => {
    expect(await inputs('prompt\n"  two  spaces "\n1.23E+11\n=1+1\nnull\ntrue\n')).toEqual([
      { prompt: "  two  spaces " },
      { prompt: "1.23E+11" },
      { prompt: "=1+1" },
      { prompt: "null" },
      { prompt: "true" },
    ]);
  });

  test("takes a decimal comma in a file with semicolons or tabs only", async () => {
    expect(await inputs("prompt;strength\na;0,5\n")).toEqual([{ prompt: "a", strength: 0.5 }]);
    expect(await inputs("prompt;seed\na;5,00\n")).toEqual([{ prompt: "a", seed: 5 }]);
    // No thousands: three digits after a zero, and other than three digits.
    expect(await inputs("prompt;strength\na;0.125\nb;1.25\n")).toEqual([
      { prompt: "a", strength: 0.125 },
      { prompt: "b", strength: 1.25 },
    ]);
    // A table with tabs has the sign of the country, which nothing in it tells.
    expect(await inputs("prompt\tstrength\tseed\na\t0,5\t5,00\nb\t1.5\t7\nc\t1.1250\t5.0\n")).toEqual([
      { prompt: "a", strength: 0.5, seed: 5 },
      { prompt: "b", strength: 1.5, seed: 7 },
      { prompt: "c", strength: 1.125, seed: 5 },
    ]);
    const [row] = await read('prompt,strength\na,"0,5"\n');
    expect(row!.problems).toMatchObject([{ line: 2, field: "strength" }]);
  });

  test.each(["#NAME?", "#REF!", "#BEZUG!", "#N/A", "Err:502", "########"])(
    "refuses the value %s, which a spreadsheet shows in place of a text",
    async (cell) => {
      const [row] = await read(`key,prompt\na,${cell}\n`);
      expect(row!.problems).toMatchObject([
        { line: 2, field: "prompt", message: expect.stringContaining(cell) },
      ]);
    },
  );

  test("leaves out cells and rows of spaces", async () => {
    expect(await inputs("prompt,seed,\n x ,5,\n ,\u00a0, \n")).toEqual([{ prompt: " x ", seed: 5 }]);
  });

  test.each([
    ["seed", "1.23E+11", "rounded by a spreadsheet"],
    ["seed", "1,23E+11", "rounded by a spreadsheet"],
    ["seed", "5.5", "a whole number"],
    // A thousand in many countries.
    ["seed", "1.000", "a whole number"],
    ["seed", "1,000", "a whole number"],
    ["strength", "1.500", "could be 1.5 or 1500"],
    ["strength", "-12.125", "could be -12.125 or -12125"],
    ["seed", "96860978123456789", "beyond the whole numbers"],
    ["loop", "ja", "true or false"],
    ["images", "a.png", "a list as JSON"],
    ["camera", "[1]", "an object as JSON"],
  ])("refuses in a row %s of %s, and says why", async (field, cell, reason) => {
    const [row] = await read(`key;prompt;${field}\na;x;${cell}\n`);
    expect(row!.problems).toEqual([{ line: 2, key: "a", field, message: expect.stringContaining(reason) }]);
  });

  test.each([
    ["strength", "1.500", "1.500 could be 1.5 or 1500 in a table with tabs: write 1.5000 or 1500"],
    ["strength", "1,500", "1,500 could be 1.5 or 1500 in a table with tabs: write 1,5000 or 1500"],
    ["seed", "1.000", "a whole number"],
    ["seed", "1,000", "a whole number"],
  ])("with tabs refuses %s of %s: it may be a thousand", async (field, cell, reason) => {
    const [row] = await read(`key\tprompt\t${field}\na\tx\t${cell}\n`);
    expect(row!.problems).toEqual([{ line: 2, key: "a", field, message: expect.stringContaining(reason) }]);
  });

  test.each([
    ["prmpt\nx\n", /"prmpt".*Did you mean prompt/s],
    ["prompt,prompt\nx,y\n", /names two columns/],
    ['prompt\n"never ends\n', /quotation mark/],
  ])("that cannot be understood as a whole is refused", async (content, message) => {
    await expect(read(content)).rejects.toMatchObject({
      code: "batch",
      message: expect.stringMatching(message),
    });
  });

  test("may end its lines with separators, but has no value without a name", async () => {
    const rows = await read("prompt;seed;;\na;5;;\nb;6;x;y;z\n");
    expect(rows[0]).toEqual({ line: 2, input: { prompt: "a", seed: 5 } });
    expect(rows[1]!.problems).toEqual([
      { line: 3, message: expect.stringMatching(/column 3 and 2 more.*must stand in quotes/) },
    ]);
  });

  test("that is not there is an error that names it", async () => {
    await expect(collect(readRows(join(folder, "none.csv"), { model }))).rejects.toThrow("none.csv");
  });
});

describe("JSON lines", () => {
  test("have the fields of the model, and a key", async () => {
    const rows = await read(
      '\uFEFF{"key":"a","prompt":"x","seed":5}\r\n\r\n{"key":7,"input":{"prompt":"y"}}\n',
      "p.jsonl",
    );
    expect(rows).toEqual([
      { key: "a", line: 1, input: { prompt: "x", seed: 5 } },
      { key: "7", line: 3, input: { prompt: "y" } },
    ]);
  });

  test("that cannot be read are refused by line", async () => {
    const rows = await read('{"prompt":"x"}\n{"prompt":\n[1]\n', "p.ndjson");
    expect(rows.map(({ problems }) => problems?.[0]?.line)).toEqual([undefined, 2, 3]);
  });
});

test("rows can be read again, and only as far as they are asked for", async () => {
  const path = join(folder, "many.csv");
  writeFileSync(path, `prompt\n${"x\n".repeat(200_000)}`);
  const rows = readRows(path, { model });
  for (let time = 0; time < 2; time++) {
    let count = 0;
    for await (const { line } of rows) {
      expect(line).toBe(count + 2);
      if (++count === 3) break;
    }
    expect(count).toBe(3);
  }
});
