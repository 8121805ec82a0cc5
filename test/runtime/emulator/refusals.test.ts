import { describe, expect, test } from "vitest";
import { ask, start, submit, video } from "./scene.js";

const submitPath = `/v1/models/${video.id}`;

describe("a refusal in the documented and in the observed wire format", () => {
  test("a wrong token", async () => {
    const options = { token: "wrong" };
    expect(await ask(await start(), "/v1/models", options)).toMatchObject({
      status: 401,
      body: { error_code: 400004 },
    });
    expect(await ask(await start({ wireFormat: "observed" }), "/v1/models", options)).toMatchObject({
      status: 400,
      body: { code: 400004, message: expect.any(String) },
    });
  });

  test("an input that the schema refuses, each field named", async () => {
    const body = { prompt: 7, durration: 5 };
    const refused = await ask(await start(), submitPath, { body });
    expect(refused.status).toBe(422);
    const detail = refused.body["detail"] as { loc: string[]; msg: string }[];
    expect(detail.map(({ loc }) => loc.join(".")).sort()).toEqual(["body.durration", "body.prompt"]);
    const text = await ask(await start({ wireFormat: "observed" }), submitPath, { body });
    expect(text).toMatchObject({ status: 400, body: { message: expect.stringContaining("durration") } });
  });

  test("a balance that is too low, and nothing is accepted", async () => {
    const emulator = await start({ balanceUsd: 0.4 });
    const body = { prompt: "x" };
    expect(await ask(emulator, submitPath, { body })).toMatchObject({
      status: 402,
      body: { error_code: 400002 },
    });
    expect(emulator.jobs).toEqual([]);
    expect(
      await ask(await start({ balanceUsd: 0, wireFormat: "observed" }), submitPath, { body }),
    ).toMatchObject({
      status: 400,
      body: { code: 400002 },
    });
  });

  test("a result that is asked for too early", async () => {
    const emulator = await start({ queueMs: 60_000, wireFormat: { tooEarly: 400, errorsAs200: true } });
    const id = await submit(emulator);
    expect(await ask(emulator, `/v1/requests/${id}/result`)).toMatchObject({
      status: 200,
      body: { error_code: 400005 },
    });
  });

  test("the observed result says completed, with naive dates of six digits", async () => {
    const emulator = await start({ wireFormat: "observed" });
    const answer = await ask(emulator, submitPath, { body: { prompt: "x" } });
    expect(answer.status).toBe(202);
    const { body } = await ask(emulator, `/v1/requests/${String(answer.body["request_id"])}/result`);
    expect(body["status"]).toBe("completed");
    expect(body["created_at"]).toMatch(/T\d\d:\d\d:\d\d\.\d{6}$/);
  });
});

describe("a refusal", () => {
  test.each([
    ["an unknown model", "/v1/models/acme/none", { body: {} }, 404, 404001],
    ["an unknown job", "/v1/requests/none/status", {}, 404, 404001],
    ["an id that is none", "/v1/requests/a%20b/status", {}, 400, 400001],
    ["an unknown call", "/v1/nothing", {}, 404, 404001],
    ["a wrong method", "/prod/v2/balance", { method: "DELETE" }, 405, 405001],
    ["an array for a body", submitPath, { body: [] }, 422, 422001],
    ["a page of 501 entries", "/v1/models?limit=501", {}, 400, 400001],
    ["a path that escapes", "/v1/requests/..%2fx/status", {}, 400, 400001],
  ])("%s", async (_, path, options, status, code) => {
    const answer = await ask(await start(), path, options);
    expect([answer.status, answer.body["error_code"]]).toEqual([status, code]);
  });

  test("a body that is not JSON, or not declared so", async () => {
    const emulator = await start();
    const post = (body: string, type: string) =>
      fetch(`${emulator.url}${submitPath}`, {
        method: "POST",
        headers: { authorization: `Bearer ${emulator.token}`, "content-type": type },
        body,
      });
    expect((await post("{", "application/json")).status).toBe(400);
    // Statuses that the OpenAPI document has: 415 is not among them.
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/json-seq"])
      expect((await post('{"prompt":"x"}', type)).status).toBe(400);
    for (const type of ["application/json", "Application/JSON ; charset=utf-8"])
      expect((await post('{"prompt":"x"}', type)).status).toBe(200);
  });

  test("another method is told all that the address takes", async () => {
    const emulator = await start();
    const allowed = async (path: string) =>
      (await ask(emulator, path, { method: "DELETE" })).headers.get("allow");
    expect(await allowed(submitPath)).toBe("GET, POST");
    expect(await allowed("/v1/models")).toBe("GET");
    expect(await allowed("/media/x/0.mp4")).toBe("GET, HEAD");
  });

  test("another account's job", async () => {
    const emulator = await start({ tokens: ["mine", "theirs"] });
    const id = await submit(emulator);
    const answer = await ask(emulator, `/v1/requests/${id}/result`, { token: "theirs" });
    expect(answer).toMatchObject({ status: 403, body: { error_code: 403001 } });
  });

  test("a job that has expired", async () => {
    const emulator = await start();
    const id = await submit(emulator);
    emulator.forget(id);
    expect(await ask(emulator, `/v1/requests/${id}/result`)).toMatchObject({
      status: 404,
      body: { error_code: 404001 },
    });
  });
});

test("a job that was forgotten stays in the log and on the bill", async () => {
  const emulator = await start({ balanceUsd: 1 });
  const id = await submit(emulator);
  emulator.forget(id);
  await submit(emulator);
  expect([emulator.jobs.length, emulator.charged, emulator.balanceUsd]).toEqual([2, 2, 0]);
  expect(() => emulator.finish(id)).toThrow(RangeError);
});

test("the balance goes down by each job's price, per account", async () => {
  const emulator = await start({ tokens: ["one", "two"], balanceUsd: 10 });
  await submit(emulator);
  expect((await ask(emulator, "/prod/v2/balance")).body).toEqual({
    balance_usd: 9.5,
    balance_microdollars: 9_500_000,
    currency: "USD",
  });
  expect((await ask(emulator, "/prod/v2/balance", { token: "two" })).body["balance_usd"]).toBe(10);
});

test("inputs go unchecked where the options say so", async () => {
  const emulator = await start({ badInputs: "accept" });
  await submit(emulator, video, { anything: 1 });
  expect(emulator.charged).toBe(1);
});
