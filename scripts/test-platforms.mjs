// npm run test:platforms: installs the packed package with npm into a project of its own and runs one program, stranger.mjs, on Node, Deno,
// Bun, workerd and the browsers that are installed, against emulators on Node; then, where there are files, saving, media, the emulator and
// the command line. Deno, Bun and workerd come from the registry and are kept under .cache, never in the project. Browsers are Chromium,
// Firefox, and Debian's WebKit (packages webkit2gtk-driver and xvfb). `-- deno bun` tries only these.
import { build } from "esbuild";
import { execFile, spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer as createWebServer } from "node:http";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { fetchPackages, makeConsumer, root, wholePrograms } from "./consumer.mjs";

const media = ["photo.heic", "clip.mp4"];
const photo = "photo.jpg";
const programs = {
  ...wholePrograms,
  "outside.mjs": `import { readFileSync } from "node:fs";
import { runTrials } from "./stranger.mjs";
console.log(JSON.stringify(await runTrials(JSON.parse(readFileSync("places.json", "utf8")))));
`,
  "inside.mjs": `import { runTrials } from "./stranger.mjs";
export default { fetch: async (request) => Response.json(await runTrials(await request.json())) };
`,
  "page.mjs": `import { runTrials } from "./stranger.mjs";
const given = await (await fetch("/given")).json();
await fetch("/said", { method: "POST", body: JSON.stringify(await runTrials(given)) });
`,
  "media.mjs": `import { checkMedia } from "runcomfy-models/node";
const rules = { type: "string", "x-media": { below: { width_pixels: 9999, duration_seconds: 60 } } };
const model = { id: "a/b", input: { type: "object", properties: { file: rules } } };
for (const file of ${JSON.stringify(media)}) {
  const { measured, warnings } = await checkMedia(model, { file }, { allowLocalFiles: true });
  if (!(measured.get("/file")?.width > 0)) throw new Error(file + ": " + JSON.stringify(warnings));
}
`,
  "attach.mjs": `import fs, { copyFileSync, readFileSync, truncateSync } from "node:fs";
import { createServer } from "node:http";
import module from "node:module";
import { createClient } from "runcomfy-models";
import { attach, httpUpload } from "runcomfy-models/attach";
import { load } from "runcomfy-models/catalogue";
const { model } = await load("qwen/qwen-image-3.0/edit");
copyFileSync("${photo}", "large.jpg");
truncateSync("large.jpg", 5_000_000);
let [put, status] = [0, 200];
const storage = createServer((request, response) => {
  if (request.method === "PUT") request.on("data", ({ length }) => (put += length));
  else request.resume();
  const { port } = storage.address();
  const place = { uploadUrl: "http://127.0.0.1:" + port + "/put", url: "https://files.example.com/large.jpg" };
  request.on("end", () => response.writeHead(request.method === "PUT" ? status : 200).end(JSON.stringify(place)));
});
await new Promise((resolve) => storage.listen(0, "127.0.0.1", resolve));
const upload = httpUpload({ endpoint: "http://127.0.0.1:" + storage.address().port + "/sign" });
const attachPaths = async (...image_urls) => {
  let told = 0;
  const onProgress = ({ sentBytes }) => (told = sentBytes);
  const given = { upload, stripMetadata: false, onProgress };
  const input = await attach(model, { prompt: "Snow.", image_urls }, given);
  if (told !== put || put !== 5_000_000) throw new Error(told + " bytes told, " + put + " put");
  put = 0;
  return JSON.stringify(input);
};
const input = await attachPaths("./${photo}", "large.jpg");
if (!input.includes(readFileSync("${photo}", "base64"))) throw new Error("no data: URI");
// Where a runtime has no openAsBlob, the file is read whole.
fs.openAsBlob = undefined;
module.syncBuiltinESMExports?.();
if ((await attachPaths("./${photo}", "large.jpg")) !== input) throw new Error("another input");
for (const [path, code] of [["none.jpg", "input"], [".", "input"], [process.execPath, "input"], ["large.jpg", "upload"]]) {
  status = 403;
  const error = await attachPaths(path).catch((thrown) => thrown);
  if (error.code !== code) throw new Error(path + ": " + (error.stack ?? error));
}
storage.close();
storage.closeAllConnections();
const { RUNCOMFY_BASE_URL: baseUrl, RUNCOMFY_TOKEN: token } = process.env;
await createClient({ baseUrl, token }).submit(model, JSON.parse(input));
`,
};

/** What runs where there are files, beside an emulator on Node. */
const wholes = {
  "emulator, client and save run in one process": ["import.mjs"],
  "the same with require()": ["require.cjs"],
  "media are measured": ["media.mjs"],
  "files are attached, with openAsBlob and without": ["attach.mjs"],
  "the command line runs a job and saves it":
    "node_modules/runcomfy-models/bin/runcomfy-models.js run wan-ai/wan-2.7/text-to-video --prompt Rain --save videos".split(
      " ",
    ),
};

/** A compatibility date stands for the workerd of its day: the first on which the package runs, and a later one. */
const describeWorker = (date) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      compatibilityDate = "${date}", globalOutbound = "out")),
    (name = "out", network = (allow = ["public", "private"])) ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]);
`;

const find = (scope, path) => {
  const folder = join(fetchPackages("platforms", "deno@2", "bun@1", "workerd@1"), scope);
  return join(folder, readdirSync(folder)[0], process.platform === "win32" ? `${path}.exe` : path);
};
const findProgram = (...names) =>
  (process.env.PATH ?? "")
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));

/** The browsers of this machine: the words that open a page, with a folder for what the browser keeps. */
const findBrowsers = () => {
  const chromium = findProgram("chromium", "google-chrome");
  const firefox = findProgram("firefox-esr", "firefox");
  const webkit = findWebKit();
  return {
    ...(chromium && {
      chromium: (page, folder) => [
        chromium,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        `--user-data-dir=${folder}`,
        page,
      ],
    }),
    ...(firefox && {
      firefox: (page, folder) => [firefox, "--headless", "--no-remote", "--profile", folder, page],
    }),
    ...(webkit && { webkit: (page) => [...webkit, page] }),
  };
};

/** Debian's WebKit has a small browser beside it, which needs a display. */
const findWebKit = () => {
  const display = findProgram("xvfb-run");
  const libraries = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"];
  const browser = libraries.map((folder) => join(folder, "webkit2gtk-4.1/MiniBrowser")).find(existsSync);
  return display && browser && [display, "-a", browser, "--private"];
};

/** What runs a file; workerd and a browser run none. */
const platforms = {
  node: () => ({ words: [process.execPath], isCertain: true }),
  deno: () => ({ words: [find("@deno", "deno"), "run", "-A", "-q"] }),
  bun: () => ({ words: [find("@oven", "bin/bun")] }),
  workerd: () => ({ worker: find("@cloudflare", "bin/workerd"), date: "2026-01-01" }),
  "workerd of 2022": () => ({ worker: find("@cloudflare", "bin/workerd"), date: "2022-10-31" }),
  ...Object.fromEntries(
    Object.entries(findBrowsers()).map(([name, browser]) => [
      name,
      // WebKit may give a page nothing of an answer that was cut.
      () => ({ browser, repeats: true, dropsCut: name === "webkit" }),
    ]),
  ),
};

const end = promisify(execFile);

/** Runs a program to its end and gives what it printed; rejects with what it complained of. */
const run = async ([program, ...words], options) => {
  const { stdout, stderr } = await end(program, words, { ...options, timeout: 120_000 });
  if (stderr.includes("nhandled")) throw new Error(stderr);
  return stdout;
};

/** workerd serves a bundle, made as wrangler makes it. */
const serve = async ({ worker, date }, cwd, body) => {
  writeFileSync(join(cwd, "worker.capnp"), describeWorker(date));
  const entry = { entryPoints: ["inside.mjs"], outfile: "worker.js", absWorkingDir: cwd };
  const conditions = ["workerd", "worker", "browser"];
  await build({ ...entry, conditions, platform: "browser", bundle: true, format: "esm" });
  const stdio = ["ignore", "inherit", "inherit", "pipe"];
  const server = spawn(worker, ["serve", "worker.capnp", "--control-fd=3"], { cwd, stdio });
  try {
    const port = await new Promise((resolve, reject) => {
      server.once("error", reject).once("exit", () => reject(new Error("workerd ended")));
      server.stdio[3].once("data", (line) => resolve(JSON.parse(line).port));
    });
    return await (await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body })).text();
  } finally {
    server.kill();
  }
};

/** A page of a server of its own, so that the emulators are other origins to it. */
const visit = async ({ browser }, cwd, given) => {
  const entry = { entryPoints: ["page.mjs"], outfile: "page.js", absWorkingDir: cwd };
  await build({ ...entry, platform: "browser", bundle: true, format: "esm" });
  let tell = () => {};
  const said = new Promise((resolve) => (tell = resolve));
  const answers = {
    "/": ["text/html", '<!doctype html><script type="module" src="/page.js"></script>'],
    "/page.js": ["text/javascript", readFileSync(join(cwd, "page.js"))],
    "/given": ["application/json", given],
  };
  const server = createWebServer((request, response) => {
    if (request.url === "/said") void text(request).then(tell);
    const [type, body] = answers[request.url] ?? ["text/plain", ""];
    response.writeHead(200, { "content-type": type }).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const page = `http://127.0.0.1:${server.address().port}/`;
  const profile = join(cwd, "profile");
  rmSync(profile, { recursive: true, force: true });
  mkdirSync(profile);
  const [program, ...words] = browser(page, profile);
  // A group of its own: what a browser starts ends with it.
  const child = spawn(program, words, { stdio: "ignore", detached: true });
  const gone = new Promise((_, reject) => {
    child.once("error", reject).once("exit", () => reject(new Error("the browser ended")));
    setTimeout(() => reject(new Error("the page was not done within two minutes")), 120_000).unref();
  });
  try {
    return await Promise.race([said, gone]);
  } finally {
    process.kill(-child.pid);
    gone.catch(() => {});
    server.close();
    server.closeAllConnections();
  }
};

/** An address of this machine at which nobody listens. */
const findClosed = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(`http://127.0.0.1:${port}`));
    });
  });

/** The stranger's trials on one platform: what went wrong, by name. */
const tryStranger = async (platform, cwd, { trials, startEmulator }) => {
  const emulators = {};
  for (const [name, { queueMs = 200, runMs = 100, faults = [] }] of Object.entries(trials))
    emulators[name] = await startEmulator({ queueMs, runMs, faults });
  try {
    const places = Object.entries(emulators).map(([name, { url, token }]) => [name, { url, token }]);
    const { isCertain = false, repeats = false, dropsCut = false, words } = platform;
    const given = {
      places: Object.fromEntries(places),
      closed: await findClosed(),
      isCertain,
      dropsCut,
      photo: readFileSync(join(cwd, photo), "base64"),
    };
    writeFileSync(join(cwd, "places.json"), JSON.stringify(given));
    const said = words
      ? await run([...words, "outside.mjs"], { cwd })
      : await (platform.browser ? visit : serve)(platform, cwd, JSON.stringify(given));
    const wrong = JSON.parse(said);
    for (const [name, { posts, charged = posts, breaks = false }] of Object.entries(trials)) {
      // What no page can keep a browser from.
      if (breaks && repeats) continue;
      const paid = emulators[name].requests.filter(({ method, path }) =>
        /^POST .v1.models/.test(`${method} ${path}`),
      );
      const counted = `${paid.length} paid requests for ${posts}, ${emulators[name].charged} charged for ${charged}`;
      if (paid.length !== posts || emulators[name].charged !== charged)
        wrong[name] = [counted, wrong[name]].filter(Boolean).join("; ");
    }
    return wrong;
  } finally {
    await Promise.all(Object.values(emulators).map((emulator) => emulator.close()));
  }
};

/** The whole package where there are files. */
const tryWholes = async ({ words }, cwd, { startEmulator }) => {
  const wrong = {};
  for (const [name, whole] of Object.entries(wholes)) {
    const emulator = await startEmulator({ queueMs: 0, runMs: 0 });
    const env = { ...process.env, RUNCOMFY_BASE_URL: emulator.url, RUNCOMFY_TOKEN: emulator.token };
    await run([...words, ...whole], { cwd, env }).catch(
      (error) => (wrong[name] = error.stderr || error.message),
    );
    await emulator.close();
  }
  return wrong;
};

const wanted = process.argv.slice(2);
const names = Object.keys(platforms).filter((name) => wanted.length === 0 || wanted.includes(name));
const found = names.map((name) => [name, platforms[name]()]);
const consumer = makeConsumer(programs, "image-size@2", "mediabunny@1");
try {
  copyFileSync(join(root, "scripts/stranger.mjs"), join(consumer, "stranger.mjs"));
  for (const name of [...media, photo])
    copyFileSync(join(root, "test/fixtures/media", name), join(consumer, name));
  const load = (path) => import(pathToFileURL(join(consumer, path)).href);
  const { trials } = await load("stranger.mjs");
  const { startEmulator } = await load("node_modules/runcomfy-models/dist/src/emulator/index.js");
  const outcomes = [];
  for (const [name, platform] of found) {
    const wrong = await tryStranger(platform, consumer, { trials, startEmulator });
    if (platform.words) Object.assign(wrong, await tryWholes(platform, consumer, { startEmulator }));
    for (const [what, why] of Object.entries(wrong)) console.error(`${name}: ${what}\n  ${why}\n`);
    if (Object.keys(wrong).length > 0) process.exitCode = 1;
    const tell = (what) => (wrong[what] ? "FAIL" : what in wholes && !platform.words ? "-" : "ok");
    outcomes.push(tell);
  }
  const line = (cells, what) =>
    console.log([...cells.map((cell, at) => cell.padEnd(names[at].length + 2)), what].join(""));
  line(names, "");
  for (const what of [...Object.keys(trials), ...Object.keys(wholes)])
    line(
      outcomes.map((tell) => tell(what)),
      what,
    );
} finally {
  rmSync(consumer, { recursive: true, force: true });
}
