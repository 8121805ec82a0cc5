// Loaded into a measured process and into those that it starts: leaves the peak resident memory (in kilobytes) of the largest behind.
const { readFileSync, writeFileSync } = require("node:fs");
const { isMainThread } = require("node:worker_threads");
const file = process.env.PEAK_MEMORY_FILE;

const readPeak = () => {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return 0;
  }
};

if (file && isMainThread) {
  process.on("exit", () => {
    try {
      writeFileSync(file, String(Math.max(readPeak(), process.resourceUsage().maxRSS)));
    } catch {}
  });
}
