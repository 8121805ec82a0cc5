// npm run test:nodes: installs the packed package with npm into a project of its own and runs it on Node 20, 22, 24 and 26. The other
// versions of Node come from the registry and are kept under .cache, never in the project. `-- --current` tries only the Node that runs this.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const store = join(root, ".cache/nodes");
const majors = [20, 22, 24, 26];
const npm = (words, cwd) =>
  execFileSync("npm", words, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

const body = `
const emulator = await startEmulator({ queueMs: 0, runMs: 0 });
const client = createClient({ baseUrl: emulator.url, token: emulator.token });
const result = await client.run(model, { prompt: "Rain on a tin roof." });
const report = await save(result, { directory: "out-" + process.version, model, allowLocalhost: true });
await emulator.close();
if (emulator.charged !== 1 || !(report.files[0].bytes > 0)) throw new Error("not saved");
`;
const names = [
  ["{ createClient }", "runcomfy-models"],
  ["{ startEmulator }", "runcomfy-models/emulator"],
  ["{ save }", "runcomfy-models/node"],
  ["{ model }", "runcomfy-models/models/wan-ai/wan-2.7/text-to-video"],
];
const programs = {
  "import.mjs": names.map(([what, from]) => `import ${what} from "${from}";\n`).join("") + body,
  "require.cjs":
    names.map(([what, from]) => `const ${what} = require("${from}");\n`).join("") +
    `(async () => {${body}})();`,
};

/** A project that has installed the tarball as a user would. */
const makeConsumer = () => {
  const folder = mkdtempSync(join(tmpdir(), "runcomfy-nodes-"));
  npm(["pack", "--silent", "--pack-destination", folder], root);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  npm(["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", `./${tarball}`], folder);
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(folder, name), text);
  return folder;
};

/** The Node of a major version, from the registry where it is not the one that runs. */
const findNode = (major) => {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const own = { linux: "linux", darwin: "darwin", win32: "win" }[process.platform];
  const name = `node-${own}-${process.arch}`;
  const bin = join(
    store,
    `n${major}`,
    "node_modules",
    name,
    process.platform === "win32" ? "bin/node.exe" : "bin/node",
  );
  if (!existsSync(bin)) {
    mkdirSync(join(store, `n${major}`), { recursive: true });
    writeFileSync(join(store, `n${major}`, "package.json"), JSON.stringify({ private: true }));
    npm(
      ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", `${name}@${major}`],
      join(store, `n${major}`),
    );
  }
  return bin;
};

const attempts = {
  import: ["import.mjs"],
  require: ["require.cjs"],
  "runcomfy-models --help": ["node_modules/runcomfy-models/bin/runcomfy-models.js", "--help"],
};

const consumer = makeConsumer();
try {
  const wanted = process.argv.includes("--current") ? [Number(process.versions.node.split(".")[0])] : majors;
  for (const major of wanted) {
    const node = findNode(major);
    const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
    for (const [name, words] of Object.entries(attempts)) {
      const { status, stderr } = spawnSync(node, words, { cwd: consumer, encoding: "utf8" });
      // Node 20 and 22 remark on `require` of a module; that is theirs.
      const said = stderr.replace(/^.*(?:ExperimentalWarning|trace-warnings).*\n/gm, "");
      const isWell = status === 0 && said === "";
      console.log(`${isWell ? "ok  " : "FAIL"} Node ${version.padEnd(10)} ${name}`);
      if (isWell) continue;
      console.error(stderr);
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(consumer, { recursive: true, force: true });
}
