import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { loadContract } from "../../../support/openapi.js";

const document: unknown = JSON.parse(
  readFileSync(new URL("../../../../specs/api.json", import.meta.url), "utf8"),
);
const contract = loadContract(document);
const tolerant = loadContract(document, { observed: true });

const token = { authorization: "Bearer t", "content-type": "application/json" };
const api = "https://model-api.runcomfy.net/v1";
const urls = { status_url: `${api}/a`, result_url: `${api}/b`, cancel_url: `${api}/c` };

describe("what all models share: requests", () => {
  test.each([
    ["POST", `${api}/models/bytedance/seedance-v1.5-pro/image-to-video`, { prompt: "x" }],
    ["POST", `${api}/models/minimax/Hailuo%20Video%2001%20Live`, {}],
    ["POST", `${api}/models/a/b/c/d/e`, {}],
    ["POST", `${api}/requests/Az_0-9/cancel`, undefined],
    ["GET", `${api}/requests/Az_0-9/status`, undefined],
    ["GET", `${api}/requests/Az_0-9/result`, undefined],
    ["GET", `${api}/requests/Az_0-9/result?include_cost=true`, undefined],
    ["GET", `${api}/models`, undefined],
    ["GET", `${api}/models?search=a&category=b&kind=model&include_schema=true&limit=500&offset=0`, undefined],
    ["GET", `${api}/models/categories`, undefined],
    ["GET", `${api}/models/bytedance/seedance-v1.5-pro/image-to-video`, undefined],
    ["GET", "https://api.runcomfy.net/prod/v2/balance", undefined],
  ])("%s %s is described", (method, url, body) => {
    expect(contract.checkRequest(method, url, token, body)).toEqual([]);
  });

  test.each([
    ["DELETE", `${api}/requests/a/status`, undefined, /no such operation/],
    ["GET", `${api}/requests`, undefined, /no such path/],
    ["GET", `${api}/models?limit=501`, undefined, /query limit/],
    ["GET", `${api}/models?kind=lora`, undefined, /query kind/],
    ["GET", `${api}/models?page=2`, undefined, /query page/],
    ["GET", `${api}/requests/a/result?include_cost=yes`, undefined, /query include_cost/],
    ["POST", `${api}/models/a/b`, ["x"], /body: must be object/],
    ["POST", `${api}/models/a/b`, undefined, /body: missing/],
    ["POST", `${api}/requests/a/cancel`, {}, /body: none is taken/],
  ])("%s %s with %j is refused", (method, url, body, problem) => {
    expect(contract.checkRequest(method, url, token, body).join()).toMatch(problem);
  });

  test("every call needs a bearer token", () => {
    expect(contract.checkRequest("GET", `${api}/models`, {}).join()).toMatch(/authorization/);
    expect(contract.checkRequest("GET", `${api}/models`, { authorization: "Basic x" }).join()).toMatch(
      /bearer/,
    );
  });

  test("the list of categories is not taken for a model", () => {
    expect(contract.match("/v1/models/categories")).toBe("/v1/models/categories");
  });
});

describe("what all models share: answers", () => {
  const times = { created_at: "2026-01-31T12:00:00.123456", finished_at: "2026-01-31T12:01:30Z" };
  test.each([
    ["POST", "/v1/models/a/b", 200, { request_id: "a", ...urls }],
    ["POST", "/v1/models/a/b", 202, { request_id: "a".repeat(128), ...urls, later: 1 }],
    ["POST", "/v1/models/a/b", 422, { error_code: 422001, detail: [{ msg: "x" }] }],
    ["POST", "/v1/models/a/b", 402, { code: 400002, message: "x" }],
    [
      "GET",
      "/v1/requests/a/status",
      200,
      { request_id: "a", status: "in_queue", queue_position: 3, ...urls },
    ],
    ["GET", "/v1/requests/a/status", 200, { request_id: "a", status: "completed", ...urls }],
    [
      "GET",
      "/v1/requests/a/result",
      200,
      { request_id: "a", status: "in_progress", ...times, finished_at: null },
    ],
    [
      "GET",
      "/v1/requests/a/result",
      200,
      { request_id: "a", status: "failed", ...times, error: [{ errorCode: 1 }] },
    ],
    [
      "GET",
      "/v1/requests/a/result",
      200,
      {
        request_id: "a",
        status: "succeeded",
        ...times,
        cost: 0.25,
        output: { videos: [`${api}/v.mp4`], seed: 96860978123456789n.toString() },
      },
    ],
    ["GET", "/v1/requests/a/result", 400, { error_code: 400005, error_message: "x" }],
    [
      "POST",
      "/v1/requests/a/cancel",
      202,
      { request_id: "a", status: "in_progress", outcome: "not_cancellable" },
    ],
    [
      "GET",
      "/v1/models",
      200,
      { models: [{ model_id: "a/b", price_unit: "second" }], total: 1, limit: 100, offset: 0 },
    ],
    ["GET", "/v1/models/categories", 200, { categories: ["video"] }],
    [
      "GET",
      "/v1/models/a/b",
      200,
      { model_id: "a/b", base_price_usd: 0.1, input_schema: { type: "object" } },
    ],
    ["GET", "/prod/v2/balance", 200, { balance_usd: 1.5, balance_microdollars: 1_500_000, currency: "USD" }],
  ])("%s %s may answer %d %j", (method, url, status, body) => {
    expect(contract.checkResponse(method, url, status, body)).toEqual([]);
  });

  test.each([
    ["POST", "/v1/models/a/b", 200, { ...urls }],
    ["POST", "/v1/models/a/b", 200, { request_id: "a/b", ...urls }],
    ["POST", "/v1/models/a/b", 200, { request_id: "a".repeat(129), ...urls }],
    ["POST", "/v1/models/a/b", 201, { request_id: "a", ...urls }],
    ["GET", "/v1/requests/a/status", 200, { request_id: "a", status: "succeeded", ...urls }],
    [
      "GET",
      "/v1/requests/a/status",
      200,
      { request_id: "a", status: "in_queue", queue_position: 1.5, ...urls },
    ],
    ["GET", "/v1/requests/a/result", 200, { request_id: "a", status: "completed", ...times }],
    [
      "GET",
      "/v1/requests/a/result",
      200,
      { request_id: "a", status: "succeeded", ...times, output: { images: "x" } },
    ],
    ["POST", "/v1/requests/a/cancel", 202, { request_id: "a", status: "in_queue", outcome: "maybe" }],
    ["GET", "/v1/models/a/b", 404, { detail: 1 }],
  ])("%s %s does not answer %d %j", (method, url, status, body) => {
    expect(contract.checkResponse(method, url, status, body)).not.toEqual([]);
  });

  test("words and errors that were only observed pass when asked for", () => {
    const result = { request_id: "a", status: "completed", ...times };
    expect(tolerant.checkResponse("GET", "/v1/requests/a/result", 200, result)).toEqual([]);
    const status = { request_id: "a", status: "canceled", ...urls };
    expect(tolerant.checkResponse("GET", "/v1/requests/a/status", 200, status)).toEqual([]);
    expect(tolerant.checkResponse("POST", "/v1/models/a/b", 200, { error_code: 400002 })).toEqual([]);
    expect(tolerant.checkResponse("POST", "/v1/models/a/b", 200, { error_code: "x" })).not.toEqual([]);
  });
});

test("the examples of a result fit its schema, and each is of one moment of a job", () => {
  const { schemas } = (
    JSON.parse(readFileSync(new URL("../../../../generated/openapi.json", import.meta.url), "utf8")) as {
      components: { schemas: { JobResult: { examples: { [key: string]: unknown }[] } } };
    }
  ).components;
  const { examples } = schemas.JobResult;
  expect(examples.map(({ status }) => status)).toEqual(["succeeded", "failed", "in_progress"]);
  for (const { status, output, error, created_at: created, finished_at: finished } of examples) {
    expect([output !== undefined, error !== undefined]).toEqual([
      status === "succeeded",
      status === "failed",
    ]);
    expect(finished === null || String(finished) > String(created)).toBe(true);
  }
});
