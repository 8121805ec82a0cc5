// node bench/batch.mjs [rows]: runs a batch of jobs that take 100 ms on the emulator, which runs in a process of its own, and prints
// the time and the memory of this process above idle. Then opens the record of 100,000 rows. Set HEAP=default for the memory of a program
// of one's own, in which V8 collects garbage later than the command line has it do.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { createClient } from "../dist/src/index.js";
import { model } from "../dist/generated/models/wan-ai/wan-2.7/text-to-video.js";
import { fileStore, runBatch } from "../dist/src/node/index.js";

// As the commands `batch` and `work` do.
if (process.env.HEAP !== "default") setFlagsFromString("--heap-growing-percent=50");

const rows = Number(process.argv[2] ?? 10_000);
const folder = mkdtempSync(join(tmpdir(), "bench-batch-"));
const record = join(folder, "prompts.jobs.jsonl");

const program = `
  import { startEmulator } from "../dist/src/emulator/index.js";
  const emulator = await startEmulator({ queueMs: 0, runMs: 100, concurrency: 1000, balanceUsd: 1e6 });
  console.log(JSON.stringify({ url: emulator.url, token: emulator.token }));
`;
const service = spawn(process.execPath, ["--input-type=module", "-e", program], {
  stdio: ["ignore", "pipe", "inherit"],
  cwd: import.meta.dirname,
});
const [text] = await once(service.stdout, "data");
const { url, token } = JSON.parse(String(text));

function* makeRows() {
  for (let at = 0; at < rows; at++)
    yield { key: `row-${at}`, input: { prompt: `Rain on a tin roof, take ${at}.` } };
}

try {
  const client = createClient({ baseUrl: url, token, requestsPerSecond: 500 });
  const idle = process.memoryUsage.rss();
  let most = idle;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 100);
  const startedAt = performance.now();
  const list = { [Symbol.iterator]: makeRows };
  const { states } = await runBatch({ client, model, rows: list, record, submits: 16, running: 256 });
  const seconds = (performance.now() - startedAt) / 1000;
  clearInterval(watch);
  console.log(`${states.done} of ${rows} rows done in ${seconds.toFixed(1)} s`);
  console.log(`${((most - idle) / 1e6).toFixed(0)} MB above idle (${(idle / 1e6).toFixed(0)} MB)`);
} finally {
  service.kill();
}

const long = fileStore(join(folder, "long.jsonl"));
for (let at = 0; at < 100_000; at += 1000) {
  const id = (nth) => ({ origin: url, space: "", key: `row-${nth}` });
  const put = (nth) =>
    long.put({ ...id(nth), model: model.id, inputHash: "0".repeat(64), input: { prompt: `Take ${nth}.` } });
  await Promise.all(Array.from({ length: 1000 }, (_, nth) => put(at + nth)));
}
await long.close();
const openedAt = performance.now();
const again = fileStore(join(folder, "long.jsonl"));
await again.open();
console.log(`100,000 records opened in ${((performance.now() - openedAt) / 1000).toFixed(2)} s`);
await again.close();
rmSync(folder, { recursive: true });
