import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readFields } from "../../src/cli/commands/field-input.js";
import type { Json, Schema } from "../../src/input/model.js";
import { writeCommand, writeProgram } from "../../src/studio/models/input-code.js";

const root = join(import.meta.dirname, "../..");
const folder = join(root, ".cache/studio-code");
/** What shells, templates and comments take for their own. */
const awkward = 'It\'s "quoted" `x` ${y} $(z) \\ \n next line \u2028 */ --flag a=b @c !d ü 🎵';

interface Listing {
  readonly id: string;
  readonly example: { readonly [name: string]: Json } | null;
  readonly input: Schema & { readonly properties: { readonly [name: string]: Schema } };
}

const { models } = JSON.parse(readFileSync(join(root, "generated/catalogue.json"), "utf8")) as {
  readonly models: readonly Listing[];
};

/** Every model's example, with an awkward text where the model takes any. */
const orders = models.flatMap(({ id, example, input: { properties } }) => {
  const isFree = ([name, { type, enum: values, "x-media": media }]: [string, Schema]): boolean =>
    type === "string" && values === undefined && media === undefined && typeof example?.[name] === "string";
  const free = Object.entries(properties).find(isFree)?.[0];
  return example
    ? [{ model: { id, input: { properties } }, input: { ...example, ...(free && { [free]: awkward }) } }]
    : [];
});

test("the commands, pasted into a shell, hold the inputs that they were written for", async () => {
  expect(orders.length).toBeGreaterThan(50);
  const commands = orders.map(({ model, input }) => writeCommand(model as never, input));
  const script = ["npx() { printf '%s\\0' \"$@\"; printf '\\0'; }", ...commands].join("\n");
  const calls = execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0\0").slice(0, -1);
  for (const [at, { model, input }] of orders.entries()) {
    const [command, verb, id, ...rest] = calls[at]!.split("\0");
    expect([command, verb, id, ...rest.slice(-2)]).toEqual([
      "runcomfy-models",
      "run",
      model.id,
      "--save",
      ".",
    ]);
    expect(
      await readFields({
        args: rest.slice(0, -2),
        options: [],
        waitOptions: [],
        schema: model.input as Schema,
      }),
    ).toEqual(input);
  }
});

test("a field whose name a shell would run stays a name", () => {
  const command = writeCommand({ id: "example/model" } as never, { "a;touch $(b)": 1 });
  expect(command).toContain("'a;touch $(b)'=1");
});

test("the programs compile, with files and for a model of the live list, too", () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const file = `studio-file:${"a".repeat(64)}.png`;
  for (const [at, { model, input }] of orders.entries()) {
    const given = Object.entries(input).map(([name, value]) => {
      const isFile = model.input.properties[name]?.["x-media"] !== undefined && typeof value === "string";
      return [name, isFile ? file : value] as const;
    });
    writeFileSync(join(folder, `${at}.ts`), writeProgram(model as never, input, false));
    writeFileSync(
      join(folder, `${at}-files.ts`),
      writeProgram(model as never, Object.fromEntries(given), false),
    );
  }
  writeFileSync(
    join(folder, "live.ts"),
    writeProgram({ id: "x/live" } as never, { a: [1, { b: awkward }] }, true),
  );
  const compilerOptions = { strict: true, noEmit: true, module: "nodenext", target: "es2022", types: [] };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { ...compilerOptions, skipLibCheck: true, lib: ["es2022", "dom"] } }),
  );
  const tsc = join(root, "node_modules/typescript7/bin/tsc");
  const { stdout, status } = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
  expect({ stdout, status }).toEqual({ stdout: "", status: 0 });
});
