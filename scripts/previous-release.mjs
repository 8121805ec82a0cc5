// npm run test:previous: compiles the type tests of the last release against today's package. What compiled then must compile now, unless
// the major version says otherwise. Ends with 0 where there is no release yet.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const kept = "test/types/public";
const git = (...words) => execFileSync("git", words, { cwd: root, encoding: "utf8" }).trim();

/** The newest release that this commit descends from, itself not counted. */
const findRelease = () => {
  const tags = git("tag", "--merged", "HEAD", "--list", "v*", "--sort=-version:refname").split("\n");
  const here = git("tag", "--points-at", "HEAD").split("\n");
  return tags.find((tag) => /^v\d+\.\d+\.\d+$/.test(tag) && !here.includes(tag));
};

const majorOf = (version) => {
  const [major, minor] = version.replace(/^v/, "").split(".");
  // Below 1.0.0 the minor version is what may break.
  return major === "0" ? `0.${minor}` : major;
};

const compile = (tag) => {
  // Inside the project, so that the package finds itself by its own name.
  const folder = join(root, ".cache/previous-release");
  rmSync(folder, { recursive: true, force: true });
  for (const path of git("ls-tree", "-r", "--name-only", tag, "--", kept).split("\n").filter(Boolean)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), execFileSync("git", ["show", `${tag}:${path}`], { cwd: root }));
  }
  const config = {
    extends: "../../tsconfig.base.json",
    compilerOptions: { noEmit: true, types: ["node"], noUnusedLocals: false, noUnusedParameters: false },
    include: [kept],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(root, "node_modules/typescript7/bin/tsc");
  return spawnSync(process.execPath, [tsc, "-p", folder, "--pretty", "false"], {
    cwd: root,
    encoding: "utf8",
  });
};

const tag = findRelease();
if (tag === undefined) console.log("There is no release yet, so nothing that could break.");
else {
  const { status, stdout } = compile(tag);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const mayBreak = majorOf(version) !== majorOf(tag);
  if (status === 0) console.log(`What compiled with ${tag} compiles today.`);
  else {
    console.error(stdout.trim());
    console.error(
      mayBreak
        ? `This breaks what compiled with ${tag}; version ${version} may. Say so in CHANGELOG.md.`
        : `This breaks what compiled with ${tag}: undo it, or release it as a version that may break.`,
    );
    process.exitCode = mayBreak ? 0 : 1;
  }
}
