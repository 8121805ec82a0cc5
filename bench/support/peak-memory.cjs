// Loaded into a measured process: leaves its peak resident memory (in kilobytes) behind when it ends.
const { writeFileSync } = require("node:fs");
const { isMainThread } = require("node:worker_threads");
const file = process.env.PEAK_MEMORY_FILE;
if (file && isMainThread) {
  process.on("exit", () => {
    try {
      writeFileSync(file, String(process.resourceUsage().maxRSS));
    } catch {}
  });
}
