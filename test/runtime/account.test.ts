import { expect, test } from "vitest";
import { getLive, listLive } from "../../src/catalogue/live.js";
import { createClient, ResponseError } from "../../src/index.js";
import { createClock } from "../support/clock.js";
import { createService } from "../support/service.js";

const setup = (body: unknown, status = 200) => {
  const clock = createClock();
  const service = createService(clock, { "*": () => ({ status, body }) });
  const client = createClient({ token: "test-token", fetch: service.fetch, clock });
  return { clock, client, count: () => service.seen.length };
};

test.each([
  {},
  { balance_usd: null, balance_microdollars: null },
  { balance_microdollars: "" },
  { balance_microdollars: [] },
  { balance_microdollars: true },
  { balance_microdollars: { toString: 1 } },
])("a balance of %j is no balance of nothing, but an error that keeps the answer", async (body) => {
  const { clock, client } = setup(body);
  const error: unknown = await clock.run(client.balance()).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ResponseError);
  expect(error).toMatchObject({ body: JSON.stringify(body) });
});

test.each([
  [
    { balance_usd: 1.5, currency: { toString: 1 } },
    { usd: 1.5, microdollars: 1_500_000, currency: "USD" },
  ],
  [
    { balance_usd: 0, currency: null },
    { usd: 0, microdollars: 0, currency: "USD" },
  ],
  [
    { balance_microdollars: 25, currency: "EUR" },
    { usd: 0.000025, microdollars: 25, currency: "EUR" },
  ],
  [{ balance_microdollars: "9007199254740993" }, { usd: 9_007_199_254.740992, currency: "USD" }],
])("a balance of %j is read", async (body, balance) => {
  const { clock, client } = setup(body);
  expect(await clock.run(client.balance())).toMatchObject(balance);
});

test.each([{}, { model_id: 5 }, { models: null }])(
  "a model or a list of %j is an error that keeps the answer",
  async (body) => {
    const { clock, client } = setup(body);
    const kept = { code: "response", body: JSON.stringify(body) };
    await expect(clock.run(getLive(client, "a/b"))).rejects.toMatchObject(kept);
    await expect(clock.run(listLive(client))).rejects.toMatchObject(kept);
  },
);

test("row 69: an answer about another job is kept in its error", async () => {
  const body = { request_id: "job-2", status: "in_queue" };
  const { clock, client } = setup(body);
  const status = clock.run(client.job("a/b", "job-1").status());
  await expect(status).rejects.toMatchObject({ code: "response", body: JSON.stringify(body) });
});

test.each([
  [302, {}, "Try again later."],
  [408, {}, "Try again later."],
  [425, {}, "Try again later."],
  [200, { error_code: "BUSY" }, "Try again later."],
  [400, { error_code: 500001 }, "Try again later."],
  [409, {}, "Correct the request."],
  [500, { error_code: 400001 }, "Correct the request."],
])("what to do after %i and %j fits what the client does", async (status, body, advice) => {
  const { clock, client, count } = setup(body, status);
  await expect(clock.run(client.balance())).rejects.toThrow(advice);
  expect(count()).toBe(advice === "Try again later." ? 4 : 1);
});

test.each([
  ["row 69: about another job", { request_id: "job-2", status: "completed" }],
  ["row 66: without a status", { request_id: "job-1" }],
])("a status that gets an answer %s asks again", async (_name, fault) => {
  const clock = createClock();
  const service = createService(clock, {
    status: (_request, nth) => ({ body: nth === 1 ? fault : { request_id: "job-1", status: "in_queue" } }),
  });
  const client = createClient({ token: "test-token", fetch: service.fetch, clock });
  expect((await clock.run(client.job("a/b", "job-1").status())).status).toBe("in_queue");
});
