// npm run demo: generates, starts the emulator, runs a model with its documented example, saves the video.
// npm run demo -- --live does the same against the real service, with RUNCOMFY_TOKEN, for real money.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const modelId = "bytedance/seedance-v1.5-pro/image-to-video";
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const usage = `Usage: npm run demo [-- --live] [-- --out <folder>]

  --live          use the real service with RUNCOMFY_TOKEN; this costs money
  --out <folder>  where the video goes (default: demo-output)`;

/** One line on stderr: rewritten in place on a terminal, a line per change elsewhere. */
const createLine = (stream) => {
  const started = performance.now();
  let text = "";
  let timer;
  const draw = () => {
    const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(5);
    return `${seconds} s  ${text}`;
  };
  return {
    show: (next) => {
      if (next === text) return;
      text = next;
      if (!stream.isTTY) return void stream.write(`${draw()}\n`);
      timer ??= setInterval(
        () => stream.write(`\r\u001b[K${draw().slice(0, (stream.columns ?? 80) - 1)}`),
        100,
      );
    },
    end: () => {
      clearInterval(timer);
      if (timer) stream.write(`\r\u001b[K${draw()}\n`);
      timer = undefined;
    },
  };
};

const say = (text) => void process.stderr.write(`${text}\n`);

/** Runs the generator as a user would; what it prints goes to stderr. */
const generate = (signal) =>
  new Promise((resolve, reject) => {
    const command = [
      join(root, "codegen/bin/runcomfy-codegen.js"),
      "generate",
      "--runtime",
      "../src/input/standard.js",
    ];
    const child = spawn(process.execPath, command, {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
      signal,
    });
    child.stdout.pipe(process.stderr, { end: false });
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`The generator ended with ${code}.`)),
    );
  });

const readExample = () => {
  const { models } = JSON.parse(readFileSync(join(root, "generated/catalogue.json"), "utf8"));
  const example = models.find(({ id }) => id === modelId)?.example;
  if (!example) throw new Error(`specs/${modelId}.json is missing, or has no example that fits its schema.`);
  return example;
};

const describe = ({ status, word, queuePosition }) => {
  if (status === "in_queue") return queuePosition ? `in the queue, ${queuePosition} ahead` : "in the queue";
  return { in_progress: "running", completed: "finished" }[status] ?? (word || status);
};

const run = async ({ live, out }, signal) => {
  const { createClient, estimate } = await import("runcomfy-models");
  const { save } = await import("runcomfy-models/node");
  const { model } = await import(`runcomfy-models/models/${modelId}`);

  say("1. Generating from specs/");
  await generate(signal);
  const input = readExample();

  let emulator;
  if (live) {
    const { usd } = estimate(model, input);
    say(`2. Using the real service. This costs money${usd === null ? "" : `, about $${usd}`}.`);
  } else {
    const { startEmulator } = await import("runcomfy-models/emulator");
    emulator = await startEmulator({ queueMs: 1_500, runMs: 4_000 });
    say(`2. The emulator listens on ${emulator.url}; nothing costs money`);
  }

  const line = createLine(process.stderr);
  let job;
  try {
    const client = createClient(emulator ? { baseUrl: emulator.url, token: emulator.token } : {});
    say(`3. Running ${modelId}`);
    job = await client.submit(model, input, { signal });
    const result = await job.result({
      signal,
      onUpdate: (update) => line.show(`${describe(update)} (job ${job.id})`),
    });
    line.end();

    say("4. Saving");
    const options = { directory: out, model, input, signal, allowLocalhost: !live };
    const { files } = await save(result, options);
    for (const { path, bytes } of files) {
      say(`   ${bytes} bytes, ${relative(process.cwd(), path)}`);
      console.log(path);
    }
    if (emulator) say(`Done: ${emulator.charged} job charged in play money.`);
  } catch (error) {
    line.end();
    if (live && job)
      say(`Job ${job.id} may be billed. It is not lost: client.job("${modelId}", "${job.id}")`);
    throw error;
  } finally {
    await emulator?.close();
  }
};

const main = async () => {
  const { values } = parseArgs({
    options: { live: { type: "boolean" }, out: { type: "string" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) return void console.log(usage);
  const tokens = ["RUNCOMFY_TOKEN", "RUNCOMFY_API_TOKEN", "RUNCOMFY_API_KEY"];
  if (values.live && !tokens.some((name) => process.env[name]?.trim())) {
    say(
      "--live needs a token: set RUNCOMFY_TOKEN. Without --live the demo runs on the emulator and costs nothing.",
    );
    process.exitCode = 77;
    return;
  }
  if (!["dist/src/index.js", "codegen/dist/codegen/cli.js"].every((path) => existsSync(join(root, path)))) {
    throw new Error("The packages are not built: run `npm ci`, or `npm run build`, first.");
  }
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => stop.abort());
  try {
    await run({ live: values.live === true, out: values.out ?? join(root, "demo-output") }, stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    say("Stopped.");
    process.exitCode = 130;
  }
};

try {
  await main();
} catch (error) {
  say(error.message);
  process.exitCode = error.code?.startsWith?.("ERR_PARSE_ARGS") ? 64 : 1;
}
