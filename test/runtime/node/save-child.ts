import { save } from "../../../src/node/save/save.js";
import { systemClock } from "../../../src/time/clock.js";

/** Run as a process of its own: saves one URL of this machine and tells what happens, a line of JSON each. */
const [url = "", directory = ""] = process.argv.slice(2);
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

say({ event: "start", rss: process.memoryUsage.rss() });
// A clock on which every look is a tenth of a second later, so that progress is told at every piece.
let tick = 0;
const clock = { ...systemClock, now: () => (tick += 101) };
let peak = 0;
let peakRss = 0;
const report = await save(
  { output: { image: url }, requestId: "req-1", model: "a/b" },
  {
    directory,
    allowLocalhost: true,
    clock,
    idleMs: 2 ** 40,
    maxBytes: 2 ** 40,
    onProgress: ({ bytes }) => {
      const { external, heapUsed, rss } = process.memoryUsage();
      peakRss = Math.max(peakRss, rss);
      peak = Math.max(peak, external + heapUsed);
      say({ event: "progress", bytes });
    },
  },
);
say({
  event: "end",
  existing: report.files[0]?.existing,
  bytes: report.files[0]?.bytes,
  peak,
  peakRss,
});
