// node scripts/check-release.mjs v1.2.3: whether this commit may be released under that tag. Prints what is missing, ends with 1.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (path) => readFileSync(join(root, path), "utf8");

/** What stands in the way of a release; nothing when it may go. */
export const findObstacles = ({ tag, versions, changelog }) => {
  const version = tag?.replace(/^v/, "");
  if (!/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version ?? ""))
    return [`The tag must be v and a version, such as v1.2.3. Given: ${tag ?? "none"}.`];
  const obstacles = Object.entries(versions)
    .filter(([, one]) => one !== version)
    .map(([path, one]) => `${path} says version ${one}, the tag says ${version}.`);
  const heading = changelog.split("\n").find((line) => line.startsWith(`## [${version}]`));
  if (!heading) obstacles.push(`CHANGELOG.md has no section "## [${version}] - YYYY-MM-DD".`);
  else if (!/ - \d{4}-\d{2}-\d{2}$/.test(heading)) obstacles.push(`CHANGELOG.md gives ${version} no date.`);
  return obstacles;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const manifests = ["package.json", "codegen/package.json", "mcp/package.json"];
  const obstacles = findObstacles({
    tag: process.argv[2],
    versions: Object.fromEntries(manifests.map((path) => [path, JSON.parse(read(path)).version])),
    changelog: read("CHANGELOG.md"),
  });
  for (const obstacle of obstacles) console.error(obstacle);
  process.exitCode = obstacles.length === 0 ? 0 : 1;
}
