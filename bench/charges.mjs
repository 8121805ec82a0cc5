// POSTs on the wire for one call, when the server accepts a job and then resets the connection before it answers.
import { createFalClient } from "@fal-ai/client";
import { createServer } from "node:net";
import Replicate from "replicate";
import { createClient } from "../dist/src/index.js";
import { printTable } from "./support/measure.mjs";

/** A server that reads each request whole, counts it as a paid job, and resets. */
const startServer = () =>
  new Promise((resolve) => {
    const state = { posts: 0 };
    const server = createServer((socket) => {
      let head = "";
      socket.on("error", () => {});
      socket.on("data", (bytes) => {
        head += bytes.toString("latin1");
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) return;
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        const chunked = /transfer-encoding: chunked/i.test(head);
        if (chunked ? !head.endsWith("0\r\n\r\n") : head.length < end + 4 + length) return;
        if (head.startsWith("POST")) state.posts++;
        socket.resetAndDestroy();
      });
    });
    server.listen(0, "127.0.0.1", () =>
      resolve({ state, server, url: `http://127.0.0.1:${server.address().port}` }),
    );
  });

const rivals = {
  "runcomfy-models": (url) => createClient({ token: "bench", baseUrl: url }).submit("a/b", {}),
  "@fal-ai/client": (url) =>
    createFalClient({
      credentials: "a:b",
      fetch: (input, init) => fetch(url + new URL(String(input)).pathname, init),
    }).queue.submit("a/b", { input: {} }),
  replicate: (url) =>
    new Replicate({ auth: "t", baseUrl: `${url}/v1` }).predictions.create({ model: "a/b", input: {} }),
  "replicate, run()": (url) => new Replicate({ auth: "t", baseUrl: `${url}/v1` }).run("a/b", { input: {} }),
};

const rows = [];
for (const [name, submit] of Object.entries(rivals)) {
  const { state, server, url } = await startServer();
  let told = "nothing";
  try {
    await submit(url);
  } catch (error) {
    told = `${error.name}${error.code ? ` (${error.code})` : ""}`;
  }
  rows.push({ client: name, calls: 1, "POSTs on the wire": state.posts, "the caller is told": told });
  server.close();
}
printTable("One call against a server that accepts, then resets", rows);
