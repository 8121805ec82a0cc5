// What one status look costs beside a bare fetch of the same answer, over real sockets on this machine.
import { createServer } from "node:http";
import { createClient } from "../dist/src/index.js";
import { median, printTable } from "./support/measure.mjs";

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
for (let round = 0; round < 7; round++) {
  for (const [name, call] of Object.entries(ways)) {
    const started = performance.now();
    for (let index = 0; index < calls / 7; index++) await call();
    measured[name].push(((performance.now() - started) * 1000) / (calls / 7));
  }
}
const bare = median(measured["bare fetch"]);
printTable(
  `One look, microseconds (medians of 7 rounds, ${calls} calls)`,
  Object.entries(measured).map(([way, all]) => ({
    way,
    microseconds: median(all),
    "times bare fetch": median(all) / bare,
  })),
);
server.close();
server.closeAllConnections();
