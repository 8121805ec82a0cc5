// The time of one status request beside a bare fetch of the same answer, over real sockets on this machine.
import { createServer } from "node:http";
import { createClient } from "../dist/src/index.js";
import { median, printTable } from "./support/measure.mjs";

const limit = 1.25;
const rounds = 9;
const calls = Number(process.env.CALLS ?? 2000);
const body = JSON.stringify({ request_id: "r", status: "in_progress" });
const server = createServer((_request, reply) =>
  reply.writeHead(200, { "content-type": "application/json" }).end(body),
);
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${server.address().port}`;

const job = createClient({ token: "bench", baseUrl: url, requestsPerSecond: Infinity }).job("a/b", "r");
const ways = {
  "bare fetch": async () =>
    (await fetch(`${url}/v1/requests/r/status`, { headers: { authorization: "Bearer bench" } })).json(),
  "job.status()": () => job.status(),
};
const measured = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
// The first round warms up and is not counted.
for (let round = 0; round <= rounds; round++) {
  for (const [name, call] of Object.entries(ways)) {
    const started = performance.now();
    for (let index = 0; index < calls / rounds; index++) await call();
    const microseconds = ((performance.now() - started) * 1000) / (calls / rounds);
    if (round > 0) measured[name].push(microseconds);
  }
}
const bare = measured["bare fetch"];
/** The median of the rounds' own ratios: other work on the machine slows both ways of a round alike. */
const ratioOf = (times) => median(times.map((time, round) => time / bare[round]));
const ratio = ratioOf(measured["job.status()"]);
printTable(
  `One status request, microseconds (medians of ${rounds} rounds, ${calls} calls)`,
  Object.entries(measured).map(([way, times]) => ({
    way,
    microseconds: median(times),
    "times bare fetch": ratioOf(times),
  })),
);
console.log(`\nLimit: ${limit} times a bare fetch. ${ratio <= limit ? "It holds." : "It is broken."}`);
server.close();
server.closeAllConnections();
