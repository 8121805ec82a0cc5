// npm run test:nodes: installs the packed package with npm into a project of its own and runs it on Node 20, 22, 24 and 26. The other
// versions of Node come from the registry and are kept under .cache, never in the project. `-- --current` tries only the Node that runs this.
import { execFileSync, spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fetchPackages, makeConsumer, wholePrograms } from "./consumer.mjs";

const majors = [20, 22, 24, 26];

/** The Node of a major version, from the registry where it is not the one that runs. */
const findNode = (major) => {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const own = { linux: "linux", darwin: "darwin", win32: "win" }[process.platform];
  const name = `node-${own}-${process.arch}`;
  const path = process.platform === "win32" ? "bin/node.exe" : "bin/node";
  return join(fetchPackages(`nodes/n${major}`, `${name}@${major}`), name, path);
};

const attempts = {
  import: ["import.mjs"],
  require: ["require.cjs"],
  "runcomfy-models --help": ["node_modules/runcomfy-models/bin/runcomfy-models.js", "--help"],
};

const consumer = makeConsumer(wholePrograms);
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
