// The first completion that an editor shows, timed through TypeScript's language server: for a model id, and for an input field of a
// model that was imported, or loaded by its id.
import { spawn, execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compilerOptions } from "./support/compiler-options.mjs";
import { printTable, temporaryFolder } from "./support/measure.mjs";
import { syntheticId, writeSyntheticSpecs } from "./support/synthetic-specs.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const times = Number(process.env.RUNS ?? 3);
const work = temporaryFolder();
mkdirSync(join(work, "node_modules/@fal-ai"), { recursive: true });
symlinkSync(root, join(work, "node_modules/runcomfy-models"));
symlinkSync(join(root, "bench/node_modules/@fal-ai/client"), join(work, "node_modules/@fal-ai/client"));
writeSyntheticSpecs(join(work, "specs"), 1000);
execFileSync(
  process.execPath,
  [
    join(root, "codegen/bin/runcomfy-codegen.js"),
    "generate",
    "--specs",
    join(work, "specs"),
    "--out",
    join(work, "runcomfy"),
  ],
  { stdio: "ignore" },
);
writeFileSync(
  join(work, "tsconfig.json"),
  JSON.stringify({
    compilerOptions,
    files: ["main.ts"],
  }),
);

/** Opens `source` in a fresh server and asks for completions where `|` stands; milliseconds until they come, and how many. */
const complete = (source) =>
  new Promise((resolve, reject) => {
    const file = join(work, "main.ts");
    const offset = source.indexOf("|");
    const content = source.replace("|", "");
    writeFileSync(file, content);
    const before = content.slice(0, offset).split("\n");
    const server = spawn(
      process.execPath,
      [join(root, "node_modules/typescript/lib/tsserver.js"), "--disableAutomaticTypingAcquisition"],
      { cwd: work },
    );
    let text = "";
    let started;
    const send = (seq, command, args) =>
      server.stdin.write(`${JSON.stringify({ seq, type: "request", command, arguments: args })}\n`);
    server.stdout.on("data", (bytes) => {
      text += bytes;
      for (const line of text.split("\n")) {
        if (!line.startsWith("{")) continue;
        let message;
        try {
          message = JSON.parse(line);
        } catch {
          continue;
        }
        if (message.type === "response" && message.request_seq === 2) {
          const milliseconds = performance.now() - started;
          server.kill();
          resolve({ milliseconds, entries: message.body?.entries?.length ?? 0 });
        }
      }
    });
    server.on("error", reject);
    started = performance.now();
    send(1, "open", { file, fileContent: content });
    send(2, "completionInfo", {
      file,
      line: before.length,
      offset: before.at(-1).length + 1,
      includeExternalModuleExports: false,
    });
  });

const id = syntheticId(2);
const programs = [
  [
    "runcomfy-models: an id in load()",
    `import { createCatalogue } from "runcomfy-models/catalogue";\nimport * as generated from "./runcomfy/catalogue.js";\nexport const module = await createCatalogue<generated.Models>(generated).load("|");\n`,
  ],
  [
    "runcomfy-models: an input field",
    `import { createClient } from "runcomfy-models";\nimport { model } from "./runcomfy/models/${id}.js";\nexport const result = await createClient().run(model, { | });\n`,
  ],
  [
    "runcomfy-models: an input field after load()",
    `import { createClient } from "runcomfy-models";\nimport { createCatalogue } from "runcomfy-models/catalogue";\nimport * as generated from "./runcomfy/catalogue.js";\nconst { load } = createCatalogue<generated.Models>(generated);\nexport const result = await createClient().run((await load("${id}")).model, { | });\n`,
  ],
  [
    "@fal-ai/client: an id",
    `import { fal } from "@fal-ai/client";\nexport const result = await fal.subscribe("|", { input: {} });\n`,
  ],
  [
    "@fal-ai/client: an input field",
    `import { fal } from "@fal-ai/client";\nexport const result = await fal.subscribe("fal-ai/flux/dev", { input: { | } });\n`,
  ],
];
const runs = programs.map(() => []);
// In rounds, so that whatever else the machine does meets all programs alike.
for (let round = 0; round < times; round++)
  for (const [index, [, source]] of programs.entries()) runs[index].push(await complete(source));
const rows = programs.map(([program], index) => ({
  program,
  entries: runs[index][0].entries,
  milliseconds: Math.round(Math.min(...runs[index].map((one) => one.milliseconds))),
}));
/** Each of ours with the rival's answer to the same question. */
const rivals = new Map([
  [0, 3],
  [1, 4],
  [2, 4],
]);
for (const [index, row] of rows.entries()) {
  const rival = rows[rivals.get(index)];
  row["rival / ours"] = rival ? (rival.milliseconds / row.milliseconds).toFixed(2) : "";
}
printTable(`First completion from a cold language server, 1,000 models of ours (fastest of ${times})`, rows);
