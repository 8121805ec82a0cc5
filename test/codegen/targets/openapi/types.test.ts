import openapiTypes, { astToString } from "openapi-typescript";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Api } from "../../../../codegen/ir/api.js";
import { modelsTarget } from "../../../../codegen/targets/models/models-target.js";
import { fromNothing } from "../../../../codegen/targets/target.js";
import { difficult, documentOf, printDocument, shipped } from "./fixture.js";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
mkdirSync(join(root, ".cache"), { recursive: true });
const work = mkdtempSync(join(root, ".cache/openapi-types-"));
/** Each in a folder of its own: two of them would be one file where case does not count. */
const apart = difficult.map((model, index) => ({ ...model, id: `difficult-${index}/${model.id}` }));
const api: Api = { ...shipped, models: [...shipped.models, ...apart] };

const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(work, path)), { recursive: true });
  writeFileSync(join(work, path), text);
};

/** What a caller may give beyond JSON, readonly arrays and `undefined`, is in the modules alone. */
const sameness = `type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends string
    ? ("~media" extends keyof T ? string : T)
  : T extends object
    ? { -readonly [K in keyof T]: Plain<Exclude<T[K], undefined>> }
    : T;
type Equal<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
export type Same<A, B> = Equal<Plain<A>, Plain<B>>;
`;

/** One line for each model and direction: the request body that openapi-typescript reads is the module's `Input`, and so for the output. */
const compare = (): string => {
  const document = documentOf(api);
  const paths = new Map(
    Object.entries(document.paths).map(([path, item]) => [item["post"]?.["x-model-id"], path]),
  );
  return api.models
    .map(({ id }, index) => {
      const path = JSON.stringify(paths.get(id));
      const { $ref } = document.paths[paths.get(id)!]!["post"]!["x-output"] as { readonly $ref: string };
      const output = `components["schemas"][${JSON.stringify($ref.split("/").at(-1))}]`;
      const body = `paths[${path}]["post"]["requestBody"]["content"]["application/json"]`;
      return [
        `import type { Input as I${index}, Output as O${index} } from ${JSON.stringify(`./models/${id}.js`)};`,
        `export const i${index}: Same<I${index}, ${body}> = true;`,
        `export const o${index}: Same<O${index}, ${output}> = true;`,
      ].join("\n");
    })
    .join("\n");
};

beforeAll(async () => {
  const modules = await modelsTarget.emit(api, { runtime: "../../src/input/standard.js", ...fromNothing });
  for (const [path, text] of modules) write(path, text);
  const types = await openapiTypes(printDocument(api), { defaultNonNullable: false, silent: true });
  write("openapi.ts", astToString(types));
  write("same.ts", sameness);
  const head = `import type { components, paths } from "./openapi.js";\nimport type { Same } from "./same.js";\n`;
  write("agree.ts", `${head}${compare()}\n`);
  const wrong = `paths["/v1/models/difficult-1/a/4k/x"]["post"]["requestBody"]["content"]["application/json"]`;
  write(
    "differ.ts",
    `${head}import type { Input } from "./models/difficult-1/a/4k/x.js";\n` +
      [`Input & { more: 1 }`, `Omit<Input, "seed"> & { seed: string }`, `Required<Input>`]
        .map((type, index) => `export const d${index}: Same<${type}, ${wrong}> = false;\n`)
        .join("") +
      `export type Unused = components;\n`,
  );
  write(
    "tsconfig.json",
    JSON.stringify({
      extends: "../../tsconfig.base.json",
      compilerOptions: { noEmit: true, forceConsistentCasingInFileNames: false },
      files: ["agree.ts", "differ.ts"],
    }),
  );
});

afterAll(() => rmSync(work, { recursive: true, force: true }));

test.each([
  ["TypeScript 5.9", "typescript/bin/tsc"],
  ["TypeScript 7", "typescript7/bin/tsc"],
])(
  "openapi-typescript reads the same types from the document as the modules hold, says %s",
  async (_, compiler) => {
    const args = [
      join(root, "node_modules", compiler),
      "-p",
      join(work, "tsconfig.json"),
      "--pretty",
      "false",
    ];
    const run = promisify(execFile)(process.execPath, args, { cwd: work, maxBuffer: 1 << 26 });
    const { stdout } = await run.catch((failure: { stdout: string }) => failure);
    expect(stdout.split("\n").filter((line) => line !== "")).toEqual([]);
  },
);
