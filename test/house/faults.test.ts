import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { freeRows, submitRows } from "../../src/protocol/classify.js";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

interface Row {
  readonly number: number;
  readonly text: string;
}

const rows: readonly Row[] = [...read("docs/faults.md").matchAll(/^\| (\d+) \| (.*) \|$/gm)].map((match) => ({
  number: Number(match[1]),
  text: match[2]!,
}));

/** The numbers that the tests' titles name: `row 7`, `rows 80 and 132`. */
const named = new Set(
  readdirSync(new URL("..", import.meta.url), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".test.ts") && path !== "house/faults.test.ts")
    .flatMap((path) => [...read(`test/${path}`).matchAll(/\brows? ((?:\d+(?:, | and )?)+)/g)])
    .flatMap((match) => match[1]!.match(/\d+/g)!.map(Number)),
);

test("every fault of the client's part is on the list, once", () => {
  const wanted = [
    ...Array.from({ length: 91 }, (_, i) => i + 1),
    ...Array.from({ length: 11 }, (_, i) => i + 132),
    ...[92, ...Array.from({ length: 13 }, (_, i) => i + 107), 121, 151],
    ...[120, 143, 147, 148, 149, 155],
  ];
  expect(rows.map(({ number }) => number)).toEqual(wanted);
});

test("every fault is named by a test, or says why it is left for later", () => {
  const open = rows.filter(({ number, text }) => !named.has(number) && !/\| later: .{10,}/.test(text));
  expect(open).toEqual([]);
});

test("no fault is left for later that a test names already", () => {
  const done = rows.filter(({ number, text }) => text.includes("| later: ") && named.has(number));
  expect(done).toEqual([]);
});

test("the tables of what a response means are those of the source, row by row", () => {
  const outcomes = [
    ...read("docs/faults.md").matchAll(/^\| `(\w+)` \| .+ \| (no|unknown|yes) \| (\w[\w -]+) \|$/gm),
  ].map(([, kind, charged, repeat]) => ({ kind, charged, repeat }));
  const wanted = [...submitRows, ...freeRows].map(({ kind, charged, repeat }) => ({ kind, charged, repeat }));
  expect(outcomes).toEqual(wanted);
});
