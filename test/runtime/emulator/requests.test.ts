import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createClient } from "../../../src/index.js";
import type { ClientOptions } from "../../../src/index.js";
import { loadCatalogue } from "../../../src/emulator/index.js";
import type { Emulator, EmulatorModel } from "../../../src/emulator/index.js";
import { loadContract } from "../../support/openapi.js";
import { start } from "./scene.js";

const contract = loadContract(JSON.parse(readFileSync("generated/openapi.json", "utf8")));

/** Stands between a client and the emulator, and checks every request that passes against the OpenAPI document. */
const startWitness = async (emulator: Emulator) => {
  const seen: string[] = [];
  const problems: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const pieces: Buffer[] = [];
      for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
      const text = Buffer.concat(pieces).toString();
      const [method, url] = [request.method!, request.url!];
      const headers = new Headers(request.headers as Record<string, string>);
      seen.push(`${method} ${contract.match(url)}`);
      const body: unknown = text === "" ? undefined : JSON.parse(text);
      problems.push(
        ...contract.checkRequest(method, url, headers, body).map((one) => `${method} ${url}: ${one}`),
      );
      const answer = await fetch(emulator.url + url, {
        method,
        headers: { authorization: headers.get("authorization")!, "content-type": "application/json" },
        ...(text !== "" && { body: text }),
      });
      response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, problems };
};

test.each<[string, ClientOptions]>([
  ["on Node's own sockets", {}],
  ["through a fetch", { fetch: globalThis.fetch }],
])("every request of the client agrees with the OpenAPI document, %s", async (_name, options) => {
  const catalogue = loadCatalogue() as (EmulatorModel & { example: object | null })[];
  const emulator = await start({ models: catalogue, balanceUsd: 1_000 });
  const witness = await startWitness(emulator);
  const client = createClient({
    baseUrl: witness.url,
    token: emulator.token,
    requestsPerSecond: Infinity,
    ...options,
  });
  for (const { id, example } of catalogue) if (example) await client.submit(id, { ...example });
  const job = client.job(emulator.jobs[0]!.model, emulator.jobs[0]!.id);
  await job.status();
  await job.result();
  await job.cancel();
  await client.balance();
  expect(witness.problems).toEqual([]);
  expect([...new Set(witness.seen.map((call) => call.replace(/\/v1\/models\/.*/, "a model")))]).toEqual([
    "POST a model",
    "GET /v1/requests/{request_id}/status",
    "GET /v1/requests/{request_id}/result",
    "POST /v1/requests/{request_id}/cancel",
    "GET /prod/v2/balance",
  ]);
});
