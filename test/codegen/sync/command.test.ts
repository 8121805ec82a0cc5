import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEmulator } from "../../../src/emulator/index.js";
import { makeFolder, readFiles } from "../generate/temporary.js";
import { entryOf, startCatalogue } from "./catalogue-server.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
let folder: string;

beforeAll(async () => {
  // Inside the project, so that packages are found; the templates are looked for beside the code.
  mkdirSync(join(root, ".cache"), { recursive: true });
  folder = mkdtempSync(join(root, ".cache/sync-command-"));
  await build({
    entryPoints: [join(root, "codegen/cli.ts")],
    outfile: join(folder, "cli.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
  });
  for (const template of ["module.hbs", "shared.hbs"])
    copyFileSync(join(root, "codegen/targets/models", template), join(folder, template));
  copyFileSync(join(root, "codegen/package.json"), join(folder, "package.json"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in an environment without any token but those given. */
const run = (args: readonly string[], env: object, watch: (child: ChildProcess) => void = () => {}) =>
  new Promise<Run>((resolve) => {
    const home = makeHome();
    const child = spawn(process.execPath, [join(folder, "cli.mjs"), ...args], {
      env: { PATH: process.env["PATH"], HOME: home, ...env },
    });
    const [out, err]: string[][] = [[], []];
    child.stdout.on("data", (text) => out!.push(String(text)));
    child.stderr.on("data", (text) => err!.push(String(text)));
    child.on("close", (code) => resolve({ code, out: out!.join(""), err: err!.join("") }));
    watch(child);
  });
const makeHome = () => mkdtempSync(join(folder, "home-"));
const token = { RUNCOMFY_TOKEN: "secret-token" };

describe("runcomfy-codegen sync", () => {
  test("writes the specs of a service, prints them to stdout and the sum to stderr", async () => {
    const server = await startCatalogue([entryOf("a/b"), null]);
    const specs = join(makeFolder(), "new", "specs");
    const done = await run(["sync", "--specs", specs, "--base-url", server.url], token);
    expect(done).toEqual({
      code: 1,
      out: "created a/b\n",
      err: "skipped an entry: it is null, not an object\n2 models: 1 created, 0 unchanged, 1 skipped.\n",
    });
    expect(Object.keys(readFiles(specs))).toEqual(["a/b.json"]);
  });

  test.each(["RUNCOMFY_TOKEN", "RUNCOMFY_API_TOKEN", "RUNCOMFY_API_KEY"])(
    "takes the token from %s, and the address from RUNCOMFY_BASE_URL",
    async (name) => {
      const server = await startCatalogue([entryOf("a/b")]);
      const args = ["sync", "--specs", makeFolder()];
      const done = await run(args, { [name]: "secret-token", RUNCOMFY_BASE_URL: server.url });
      expect(done).toMatchObject({ code: 0, out: "created a/b\n" });
    },
  );

  test("takes the token that the vendor's own command line keeps", async () => {
    const server = await startCatalogue([entryOf("a/b")]);
    const config = makeFolder();
    writeFileSync(join(config, "token.json"), '{"access_token":"secret-token"}', { mode: 0o600 });
    const done = await run(["sync", "--specs", makeFolder(), "--base-url", server.url], {
      RUNCOMFY_CONFIG_DIR: config,
    });
    expect(done).toMatchObject({ code: 0, out: "created a/b\n" });
  });

  test("says how to get a token, what is wrong with one, and which address cannot be used", async () => {
    const server = await startCatalogue([]);
    const args = (url: string) => ["sync", "--specs", makeFolder(), "--base-url", url];
    const none = await run(args(server.url), {});
    expect(none).toMatchObject({ code: 1, out: "" });
    expect(none.err).toMatch(/^error: No token\. .*RUNCOMFY_TOKEN/);
    const bad = await run(args(server.url), { RUNCOMFY_TOKEN: "other-token" });
    expect([bad.code, bad.err.includes("other-token")]).toEqual([1, false]);
    expect(bad.err).toMatch(/^error: .*token/i);
    const address = await run(args("http://example.com"), token);
    expect([address.code, address.err]).toEqual([1, expect.stringContaining("baseUrl is not https")]);
  });

  test("Ctrl-C ends it with 130 and whole files; the next run writes the rest", async () => {
    const server = await startCatalogue(Array.from({ length: 40 }, (_, at) => entryOf(`maker/model-${at}`)));
    server.bend = (page) => ({ ...page, models: (page["models"] as unknown[]).slice(0, 20) });
    const specs = makeFolder();
    const args = ["sync", "--specs", specs, "--base-url", server.url];
    let child: ChildProcess | undefined;
    // The second page never comes.
    server.spoil = (_, _response, query) => query.get("offset") === "20" && child!.kill("SIGINT");
    const stopped = await run(args, token, (started) => (child = started));
    expect(stopped).toMatchObject({
      code: 130,
      err: "Stopped; every spec file is whole. Run it again to go on.\n",
    });
    expect(Object.keys(readFiles(specs))).toHaveLength(20);
    server.spoil = () => false;
    expect((await run(args, token)).err).toBe("40 models: 20 created, 20 unchanged.\n");
  });

  test("killed outright, it leaves whole specs; the next run writes the rest", async () => {
    const server = await startCatalogue(Array.from({ length: 60 }, (_, at) => entryOf(`maker/model-${at}`)));
    const specs = makeFolder();
    const args = ["sync", "--specs", specs, "--base-url", server.url];
    await run(args, token, (child) => child.stdout!.once("data", () => child.kill("SIGKILL")));
    const files = readFiles(specs);
    const whole = Object.keys(files).filter((path) => path.endsWith(".json"));
    for (const path of whole) expect(JSON.parse(files[path]!)).toHaveProperty("input");
    const rest = await run(args, token);
    expect(rest).toMatchObject({
      code: 0,
      err: `60 models: ${60 - whole.length} created, ${whole.length} unchanged.\n`,
    });
  });

  test("the emulator's catalogue with all its quirks, in pages, becomes specs that stay the same", async () => {
    const emulator = await startEmulator({ quirks: "all" });
    const specs = makeFolder();
    const args = ["sync", "--specs", specs, "--base-url", emulator.url];
    const env = { RUNCOMFY_TOKEN: emulator.token };
    const first = await run(args, env);
    expect(first.err).toMatch(
      /models: 85 created, 0 unchanged, 3 skipped\.\n$|models: 86 created, 0 unchanged, 2 skipped\.\n$/,
    );
    const again = await run(args, env);
    expect(again).toMatchObject({ out: "", code: 1 });
    await emulator.close();
  });
});
