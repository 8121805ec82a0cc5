// Times whole processes: wall seconds and peak memory, as the operating system sees them.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const peakHook = fileURLToPath(new URL("./peak-memory.cjs", import.meta.url));

export const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
};

const folders = [];
process.on("exit", () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A folder that goes away when the process ends. */
export const temporaryFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), "runcomfy-bench-"));
  folders.push(folder);
  return folder;
};

/** Runs a Node program once; resolves to `{ seconds, megabytes, status, output }`. */
export const runNode = (args, { cwd, node = process.execPath, env = {} } = {}) =>
  new Promise((resolve, reject) => {
    const report = join(temporaryFolder(), "peak");
    const started = process.hrtime.bigint();
    const child = spawn(node, args, {
      cwd,
      // As an option of the environment it reaches the programs that only start another.
      env: { ...process.env, NODE_OPTIONS: `--require ${peakHook}`, PEAK_MEMORY_FILE: report, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (text) => (output += text));
    child.stderr.on("data", (text) => (output += text));
    child.on("error", reject);
    child.on("close", (status) => {
      const seconds = Number(process.hrtime.bigint() - started) / 1e9;
      let megabytes = Number.NaN;
      try {
        megabytes = Number(readFileSync(report, "utf8")) / 1024;
      } catch {}
      resolve({ seconds, megabytes, status, output });
    });
  });

/** Runs `before` and then the program, `times` times; the medians of the runs. */
export const measureNode = async (args, { times = 3, before = () => {}, ...options } = {}) => {
  const runs = [];
  for (let i = 0; i < times; i++) {
    await before(i);
    const run = await runNode(args, options);
    if (run.status !== 0 && !options.anyStatus)
      throw new Error(`exit ${run.status}: node ${args.join(" ")}\n${run.output.slice(-2000)}`);
    runs.push(run);
  }
  return {
    seconds: median(runs.map((run) => run.seconds)),
    megabytes: median(runs.map((run) => run.megabytes)),
    output: runs.at(-1).output,
  };
};

/** Prints rows of equal keys as a table with aligned columns. */
export const printTable = (title, rows) => {
  console.log(`\n${title}`);
  const keys = Object.keys(rows[0]);
  const cells = [keys, ...rows.map((row) => keys.map((key) => format(row[key])))];
  const widths = keys.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  for (const [index, row] of cells.entries()) {
    console.log(
      `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join("  ")}`.trimEnd(),
    );
    if (index === 0) console.log(`  ${widths.map((width) => "-".repeat(width)).join("  ")}`);
  }
};

const format = (value) =>
  typeof value === "number"
    ? Number.isInteger(value)
      ? String(value)
      : value.toFixed(value < 10 ? 2 : 1)
    : String(value ?? "");
