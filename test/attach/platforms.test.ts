import { isBuiltin } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

/** Bundles a text for a platform. Gives its imports of others, and its size in bytes. */
const bundle = async (text: string, conditions: string[]) => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: text, resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: conditions.includes("browser") ? "browser" : "neutral",
    conditions,
    external: ["aws4fetch"],
    logLevel: "silent",
  });
  const inputs = Object.keys(metafile.inputs);
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports.map(({ path }) => path));
  return { code: outputFiles[0]!.text, inputs, builtins: imports.filter(isBuiltin) };
};

describe.each([["browser"], ["workerd"], ["edge-light"]])("bundled for %s", (condition) => {
  test("attach and its uploads need nothing of Node", async () => {
    const text = `export { attach, s3Upload, httpUpload } from "./dist/src/attach/index.js";`;
    const { builtins, inputs } = await bundle(text, [condition]);
    expect(builtins).toEqual([]);
    expect(inputs.filter((path) => path.startsWith("dist/src/node/"))).toEqual([]);
  });

  test("the client alone carries nothing of attach", async () => {
    const { inputs } = await bundle(`export { createClient } from "./dist/src/index.js";`, [condition]);
    expect(inputs.filter((path) => /\/src\/(attach|media)\//.test(path))).toEqual([]);
  });
});

test("the bundle for a worker attaches a Blob", async () => {
  const text = `export { attach } from "./dist/src/attach/index.js";`;
  const { code } = await bundle(text, ["workerd"]);
  const { attach } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
    attach: typeof import("../../src/attach/attach.js").attach;
  };
  const input = {
    type: "object",
    properties: { image: { type: "string", "x-media": {} } },
    additionalProperties: false,
  };
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0]);
  const attached = await attach({ id: "acme/a/b", input } as never, { image: new Blob([png]) } as never);
  expect(attached).toEqual({ image: `data:image/png;base64,${Buffer.from(png).toString("base64")}` });
  await expect(attach({ id: "acme/a/b", input } as never, { image: "./a.png" } as never)).rejects.toThrow(
    "cannot be read here; give a Blob",
  );
});
