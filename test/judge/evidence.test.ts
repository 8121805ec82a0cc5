import { readFileSync } from "node:fs";
import { createServer as createTlsServer } from "node:tls";
import { afterEach, expect, test } from "vitest";
import { createClient, isRunComfyError } from "../../src/index.js";
import { createFastClock, leaks, show, token } from "./support/outputs.js";
import { answer, json, startWire } from "./support/wire.js";
import type { Part, Wire } from "./support/wire.js";

const running: Wire[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((wire) => wire.close()));
});

const start = async (part: Part, wrap?: Parameters<typeof startWire>[1]): Promise<Wire> => {
  const wire = await startWire(part, wrap);
  running.push(wire);
  return wire;
};

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => Promise.reject(new Error("it did not fail")),
    (error: unknown) => error,
  );

test.for([
  ["another job's status", { request_id: "job-2", status: "in_queue" }],
  ["an empty object", {}],
  ["no status", { request_id: "job-1" }],
] as const)("an id out of a damaged answer is not adopted on the word of %s", async ([, body]) => {
  const wire = await start({
    answer: ({ method }) => [
      { do: "read", body: Infinity },
      {
        do: "write",
        bytes:
          method === "POST"
            ? answer("200 OK", '{"request_id":"job-1",', [json, "connection: close"], 400)
            : answer("200 OK", JSON.stringify(body), [json, "connection: close"]),
      },
      { do: "end" },
    ],
  });
  const client = createClient({ token, baseUrl: wire.url, clock: createFastClock(20) });
  const error = await failureOf(client.submit("judge/model", {}));
  expect(isRunComfyError(error) && error.code).toBe("submit_unknown");
  expect(isRunComfyError(error) && error.job).toEqual({ id: "job-1", model: "judge/model" });
});

const pem = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url), "utf8");

test("a server whose certificate nobody vouches for receives neither token nor request", async () => {
  const wire = await start(
    {
      answer: () => [
        { do: "read", body: Infinity },
        { do: "write", bytes: answer("200 OK", "{}", [json]) },
      ],
    },
    (serve) => createTlsServer({ cert: pem("cert"), key: pem("key") }, serve).on("tlsClientError", () => {}),
  );
  const client = createClient({
    token,
    baseUrl: `https://localhost:${wire.port}`,
    clock: createFastClock(20),
  });
  const errors = await Promise.all([
    failureOf(client.submit("judge/model", {})),
    failureOf(client.balance()),
    failureOf(client.job("judge/model", "job-1").result({ timeoutMs: 5000 })),
  ]);
  expect(errors.map((error) => isRunComfyError(error) && error.code)).toEqual([
    "connection",
    "connection",
    "job_timeout",
  ]);
  expect(wire.received()).toBe("");
  expect(leaks(show(errors))).toBe(false);
});

test("every cut of a good answer gives the job or announces it, whatever ends the connection", async () => {
  const good = answer("200 OK", JSON.stringify({ request_id: "job-1" }), [json]);
  const ends = ["reset", "end"] as const;
  let nth = 0;
  const wire = await start({
    answer: ({ method }) => {
      if (method === "GET") {
        const bytes = answer("200 OK", '{"request_id":"job-1","status":"in_queue"}', [json]);
        return [
          { do: "read", body: Infinity },
          { do: "write", bytes },
        ];
      }
      const bytes = good.subarray(0, Math.floor(nth / ends.length));
      return [{ do: "read", body: Infinity }, { do: "write", bytes }, { do: ends[nth++ % ends.length]! }];
    },
  });
  const client = createClient({ token, baseUrl: wire.url, clock: createFastClock(20) });
  const counts = new Map<string, number>();
  const all = (good.length + 1) * ends.length;
  for (let at = 0; at < all; at++) {
    const outcome = await client.submit("judge/model", {}).then(
      ({ id }) => id,
      (error: unknown) => (isRunComfyError(error) ? error.code : String(error)),
    );
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    expect(["job-1", "submit_unknown"], `cut ${at}`).toContain(outcome);
  }
  expect(wire.arrivals.filter(({ method }) => method === "POST")).toHaveLength(all);
  expect(counts.get("submit_unknown")).toBeGreaterThan(good.length);
  // Whole, or with the whole id in it.
  expect(counts.get("job-1")).toBeGreaterThan(1);
});
