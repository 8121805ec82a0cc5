import { build } from "esbuild";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createContext, runInContext } from "node:vm";

/** A bundle and what went into it. */
export interface Bundle {
  readonly code: string;
  readonly inputs: readonly string[];
  /** What it would import at run time: must be nothing. */
  readonly outside: readonly string[];
}

/** Bundles a text as a module of the consumer in `folder`. */
export const bundle = async (
  folder: string,
  text: string,
  options: { readonly platform: "browser" | "neutral"; readonly conditions: readonly string[] },
): Promise<Bundle> => {
  const built = await build({
    stdin: { contents: text, resolveDir: folder, sourcefile: "page.js" },
    absWorkingDir: folder,
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    logLevel: "silent",
    platform: options.platform,
    mainFields: ["browser", "module", "main"],
    conditions: [...options.conditions],
  });
  const { inputs, outputs } = built.metafile;
  const outside = [
    ...Object.values(inputs).flatMap(({ imports }) => imports.filter(({ external }) => external)),
    ...Object.values(outputs).flatMap(({ imports }) => imports.filter(({ external }) => external)),
  ].map(({ path }) => path);
  return { code: built.outputFiles[0]!.text, inputs: Object.keys(inputs), outside };
};

type BuildByVite = (
  options: object,
) => Promise<{ readonly output: readonly { readonly code: string; readonly isEntry: boolean }[] }>;

/** Minifies a file of the consumer in `folder`, and all that it needs, as pages are built: one text for each tool. */
export const minify = async (folder: string, file: string): Promise<{ [tool: string]: string }> => {
  const path = join(folder, file);
  const settings = { bundle: true, minify: true, write: false, format: "esm", platform: "browser" } as const;
  const built = await build({ entryPoints: [path], absWorkingDir: folder, logLevel: "silent", ...settings });
  // A dependency of the test runner, which does not pass on its builder.
  const vite = createRequire(createRequire(import.meta.url).resolve("vitest/package.json")).resolve("vite");
  const { build: buildByVite } = (await import(pathToFileURL(vite).href)) as { readonly build: BuildByVite };
  const { output } = await buildByVite({
    configFile: false,
    root: folder,
    logLevel: "silent",
    build: { write: false, modulePreload: { polyfill: false }, rollupOptions: { input: path } },
  });
  return { esbuild: built.outputFiles[0]!.text, vite: output.find(({ isEntry }) => isEntry)!.code };
};

const answers: readonly (readonly [path: RegExp, body: object])[] = [
  [/^POST .*\/v1\/models\//, { request_id: "r1", status_url: "", result_url: "", cancel_url: "" }],
  [/\/status$/, { request_id: "r1", status: "completed" }],
  [/\/result/, { request_id: "r1", status: "succeeded", output: { video: "https://media.example/1.mp4" } }],
];

/** Stands in for the network. */
const answer = async (url: string, init: RequestInit = {}): Promise<Response> => {
  const call = `${init.method ?? "GET"} ${url}`;
  const found = answers.find(([path]) => path.test(call));
  return Response.json(found?.[1] ?? { error: call }, { status: found ? 200 : 404 });
};

/** Runs a bundle where there is what pages and workers have, and nothing of Node's: no process, no require, no Buffer. */
export const runInBareContext = async (code: string): Promise<unknown> => {
  const globals = {
    answer,
    fetch: answer,
    AbortController,
    AbortSignal,
    DOMException,
    FormData,
    Headers,
    Request,
    Response,
    TextDecoder,
    TextEncoder,
    URL,
    URLSearchParams,
    clearTimeout,
    console,
    performance,
    queueMicrotask,
    setTimeout,
    structuredClone,
  };
  const context = createContext({ ...globals });
  runInContext(code, context);
  return structuredClone(await (context as { outcome?: Promise<unknown> }).outcome);
};
