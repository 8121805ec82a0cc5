// What test-nodes.mjs and test-platforms.mjs share: a project that has installed the packed package, and programs from the registry.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const npm = (words, cwd) =>
  execFileSync("npm", words, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
const install = (folder, ...packages) => {
  const words = ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", ...packages];
  try {
    npm(words, folder);
  } catch {
    console.error(`npm could not install ${packages.join(", ")} (see above). This needs its registry.`);
    process.exit(1);
  }
};

/** A project with these files that has installed the tarball, and other packages, as a user would. */
export const makeConsumer = (files, ...packages) => {
  const folder = mkdtempSync(join(tmpdir(), "runcomfy-consumer-"));
  npm(["pack", "--silent", "--pack-destination", folder], root);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  install(folder, `./${tarball}`, ...packages);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
};

/** The node_modules with these packages of the registry, which are kept in a folder under .cache, never in the project. */
export const fetchPackages = (store, ...packages) => {
  const folder = join(root, ".cache", store);
  const modules = join(folder, "node_modules");
  if (existsSync(modules)) return modules;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  install(folder, ...packages);
  return modules;
};

const names = [
  ["{ createClient }", "runcomfy-models"],
  ["{ startEmulator }", "runcomfy-models/emulator"],
  ["{ save }", "runcomfy-models/node"],
  ["{ model }", "runcomfy-models/models/wan-ai/wan-2.7/text-to-video"],
];
const body = `
const emulator = await startEmulator({ queueMs: 0, runMs: 0 });
const client = createClient({ baseUrl: emulator.url, token: emulator.token });
const result = await client.run(model, { prompt: "Rain on a tin roof." });
const report = await save(result, { directory: "out-" + process.pid, model, allowLocalhost: true });
await emulator.close();
if (emulator.charged !== 1 || !(report.files[0].bytes > 0)) throw new Error("not saved");
`;

/** The whole package in one process: emulator, client and files; as a module and with `require`. */
export const wholePrograms = {
  "import.mjs": names.map(([what, from]) => `import ${what} from "${from}";\n`).join("") + body,
  "require.cjs":
    names.map(([what, from]) => `const ${what} = require("${from}");\n`).join("") +
    `(async () => {${body}})();`,
};
