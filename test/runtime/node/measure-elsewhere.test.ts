import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, linkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { checkMediaWith } from "../../../src/node/media/media-check.js";
import { ParserThread } from "../../../src/node/media/parser-host.js";
import { createParser } from "../../../src/node/media/parser-pool.js";
import { findObstacle, type RunningProgram } from "../../../src/node/media/running-program.js";
import { systemNetwork } from "../../../src/node/net/network.js";
import { buildChild } from "./built-child.js";
import { createTestClock, readMedia } from "./media-server.js";

const real = await buildChild();
const bare = await buildChild({ libraries: false });
afterAll(() => [real, bare].forEach((built) => built.remove()));

const node: RunningProgram = {
  execPath: "/usr/bin/node",
  versions: { node: "22.0.0" },
  marks: {},
  isSingleExecutable: false,
};

describe("row 150: another process is started only where the executable is plain", () => {
  test.each([
    ["/usr/bin/node"],
    ["/usr/bin/nodejs"],
    ["/opt/n/node-v22.3.0"],
    ["/opt/node22"],
    ["C:\\Program Files\\nodejs\\node.exe"],
  ])("%s is plain", (execPath) => {
    expect(findObstacle({ ...node, execPath })).toBeUndefined();
  });

  test.each<[string, Partial<RunningProgram>, string]>([
    ["a single executable, whatever its name", { isSingleExecutable: true }, "single executable"],
    ["Electron", { versions: { electron: "30.0.0" } }, "Electron"],
    ["NW.js", { versions: { nw: "0.90.0" } }, "NW.js"],
    ["a program packed by pkg", { marks: { pkg: {} } }, "packed"],
    ["a program packed by boxednode", { marks: { boxednode: {} } }, "packed"],
    ["another executable", { execPath: "/opt/app/node-server" }, '"node-server"'],
    [
      "a program compiled by Bun",
      { versions: { bun: "1.2.0" }, execPath: "/opt/bun", bunMain: "/$bunfs/root/app" },
      "compiled",
    ],
    [
      "a program compiled by Deno",
      { versions: { deno: "2.0.0" }, execPath: "/opt/deno", isCompiledDeno: true },
      "compiled",
    ],
  ])("%s is not", (_name, facts, why) => {
    expect(findObstacle({ ...node, ...facts })).toContain(why);
  });

  test("plain Bun and Deno are", () => {
    const bun = { versions: { bun: "1.2.0" }, execPath: "/root/.bun/bin/bun", bunMain: "/app/main.ts" };
    expect(findObstacle({ ...node, ...bun })).toBeUndefined();
    const deno = { versions: { deno: "2.0.0" }, execPath: "/usr/bin/deno", isCompiledDeno: false };
    expect(findObstacle({ ...node, ...deno })).toBeUndefined();
  });
});

/** A program that measures a picture and a clip, and prints what is known of them. */
const program = `
  import { appendFileSync } from "node:fs";
  import { checkMedia } from "./chunks/media-check.js";
  appendFileSync(new URL("starts.txt", import.meta.url), "x");
  const media = { type: "array", items: { type: "string", "x-media": { below: { width_pixels: 10_000 } } } };
  const input = { type: "object", properties: { media }, additionalProperties: false };
  const given = [${[
    ["image/avif", "photo.avif"],
    ["video/mp4", "clip.mp4"],
  ]
    .map(([type, name]) => JSON.stringify(`data:${type};base64,${readMedia(name!).toString("base64")}`))
    .join(", ")}];
  const { measured, warnings } = await checkMedia({ input }, { media: given }, { timeoutMs: 100_000 });
  const widths = [...measured.values()].map(({ width }) => width ?? null);
  console.log(JSON.stringify({ widths, warnings: warnings.map(({ message }) => message) }));`;

async function runProgram(executable: string, args: readonly string[], cwd: string) {
  writeFileSync(join(cwd, "program.js"), program);
  const child = spawn(executable, [...args, "program.js"], { cwd, stdio: ["ignore", "pipe", "inherit"] });
  const [output] = await Promise.all([text(child.stdout), once(child, "close")]);
  return JSON.parse(output) as { readonly widths: unknown[]; readonly warnings: string[] };
}

test("row 150: under another executable pictures are measured in a thread, and recordings are not, with the reason", async () => {
  const app = join(real.folder, "app");
  try {
    linkSync(process.execPath, app);
  } catch {
    copyFileSync(process.execPath, app);
  }
  expect(await runProgram(app, [], real.folder)).toEqual({
    widths: [320, null],
    warnings: [
      expect.stringMatching(
        /^its width could not be measured: videos and sound are measured in a process of their own, and this program runs in "app"/,
      ),
    ],
  });
});

test("row 150: where packages are in archives, as under Yarn's Plug'n'Play, the process finds them as its program does", async () => {
  const found = Object.fromEntries(
    ["image-size", "mediabunny"].map((name) => [name, import.meta.resolve(name)]),
  );
  writeFileSync(
    join(bare.folder, ".pnp.cjs"),
    `const Module = require("node:module");
     const resolve = Module._resolveFilename;
     Module._resolveFilename = function (name, ...rest) {
       return name === "pnpapi" ? __filename : resolve.call(this, name, ...rest);
     };
     Object.defineProperty(process, "versions", { value: { ...process.versions, pnp: "3" } });`,
  );
  writeFileSync(
    join(bare.folder, ".pnp.loader.mjs"),
    `const found = ${JSON.stringify(found)};
     export const resolve = (name, context, next) =>
       Object.hasOwn(found, name) ? { url: found[name], shortCircuit: true } : next(name, context);`,
  );
  const hooks = ["--no-warnings", "--require", "./.pnp.cjs", "--experimental-loader", "./.pnp.loader.mjs"];
  expect(await runProgram(process.execPath, hooks, bare.folder)).toEqual({
    widths: [320, 160],
    warnings: [],
  });
});

describe("a thread that parses", () => {
  const check = (media: string, start: () => ParserThread, clock = createTestClock()) => {
    const schema = { type: "string", "x-media": { below: { width_pixels: 10_000 } } } as const;
    return checkMediaWith(
      { network: systemNetwork, image: () => import("image-size"), parser: createParser(start) },
      { input: { type: "object", properties: { media: schema }, additionalProperties: false } },
      { media },
      { clock },
    );
  };
  const photo = `data:image/avif;base64,${readMedia("photo.avif").toString("base64")}`;
  const thread = (name: string) => new ParserThread(pathToFileURL(join(real.folder, name)));

  test("measures as a process does, and ends with the check", async () => {
    const started: ParserThread[] = [];
    const { measured } = await check(photo, () => {
      started.push(thread("node/media/parser-child.js"));
      return started[0]!;
    });
    expect(measured.get("/media")).toMatchObject({ width: 320, height: 240 });
    expect(started[0]!.connected).toBe(false);
  });

  test("that never comes back is ended after the time for one file", async () => {
    writeFileSync(
      join(real.folder, "endless.js"),
      `import { parentPort } from "node:worker_threads";
       parentPort.on("message", () => { parentPort.postMessage({ id: 0, start: 0, end: 1 }); for (;;); });`,
    );
    const clock = createTestClock();
    const busy = thread("endless.js");
    const ended = once(busy, "exit");
    busy.once("message", () => setImmediate(() => clock.advance(5000)));
    const { warnings } = await check(photo, () => busy, clock);
    expect(warnings[0]!.message).toContain("took longer than 5 s");
    await ended;
  });

  test("whose heap is full ends alone", async () => {
    writeFileSync(
      join(real.folder, "hungry.js"),
      `import { parentPort } from "node:worker_threads";
       parentPort.on("message", () => { const all = []; for (;;) all.push({}); });`,
    );
    const { warnings } = await check(photo, () => thread("hungry.js"));
    expect(warnings[0]!.message).toContain("takes too much memory");
  });
});
