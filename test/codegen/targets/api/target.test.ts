import createClient from "openapi-fetch";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { apiTarget } from "../../../../codegen/targets/api/api-target.js";
import type { Api } from "../../../../codegen/ir/api.js";
import { fromNothing } from "../../../../codegen/targets/target.js";
import type { components, paths } from "../../../../generated/api.js";

const lifecycle = JSON.parse(
  readFileSync(new URL("../../../../specs/api.json", import.meta.url), "utf8"),
) as Api["lifecycle"];
const options = { runtime: "", ...fromNothing };

const emit = async (document: Api["lifecycle"]): Promise<string> => {
  const files = await apiTarget.emit({ lifecycle: document, ownLifecycle: true, models: [] }, options);
  return files.get("api.ts")!;
};

describe("api.ts", () => {
  test("is emitted only where the specs folder describes the shared calls itself", async () => {
    expect(await apiTarget.emit({ lifecycle, ownLifecycle: false, models: [] }, options)).toEqual(new Map());
  });

  test("is not made again where it is right already", async () => {
    const current = { runtime: "", ...fromNothing, isCurrent: (path: string) => path === "api.ts" };
    expect(await apiTarget.emit({ lifecycle, ownLifecycle: true, models: [] }, current)).toEqual(
      new Map([["api.ts", "current"]]),
    );
  });

  test("takes whole addresses in place of path parameters, wherever these are declared", async () => {
    const parameter = { name: "id", in: "path", required: true, schema: { type: "string" } };
    const query = { name: "q", in: "query", schema: { type: "string" } };
    const get = { operationId: "get", responses: { 204: { description: "Done." } } };
    const text = await emit({
      openapi: "3.1.0",
      info: { title: "T", version: "1" },
      paths: {
        "/outer/{id}": { parameters: [parameter], get },
        "/inner/{id}/x": { get: { ...get, operationId: "inner", parameters: [parameter, query] } },
        "/long/{id}": {
          get: {
            ...get,
            operationId: "long",
            parameters: [{ ...parameter, "x-segments": { minimum: 3, maximum: 4 } }],
          },
        },
      },
    });
    expect(text).toContain("[path: `/outer/${string}`]");
    expect(text).toContain("[path: `/inner/${string}/x`]");
    expect(text).toContain("[path: `/long/${string}/${string}/${string}`]");
    expect(text).toContain("q?: string");
    expect(text).not.toMatch(/\bpath: \{/);
  });

  test("leaves fields with a default optional", async () => {
    const text = await emit({
      openapi: "3.1.0",
      info: { title: "T", version: "1" },
      paths: {},
      components: { schemas: { A: { type: "object", properties: { b: { type: "string", default: "x" } } } } },
    });
    expect(text).toContain("b?: string");
  });
});

const sent: string[] = [];
const client = createClient<paths>({
  baseUrl: "https://api.example",
  fetch: async (request) => {
    sent.push(`${request.method} ${request.url}`);
    return Response.json({ request_id: "r" });
  },
});

/** Never run: it only has to fail to compile. */
const wrong = (): unknown[] => [
  // @ts-expect-error no such address
  client.GET("/v1/elsewhere"),
  // @ts-expect-error an address with a single segment is no model
  client.POST("/v1/models/solo", { body: {} }),
  // @ts-expect-error a status is not posted
  client.POST("/v1/requests/r/status"),
  // @ts-expect-error no such kind
  client.GET("/v1/models", { params: { query: { kind: "lora" } } }),
];

describe("a client of api.ts", () => {
  test("sends the address as it stands, slashes and all, and knows what comes and goes", async () => {
    const model: `/v1/models/${string}/${string}` = "/v1/models/bytedance/seedance-v1.5-pro/image-to-video";
    const submitted = await client.POST(model, { body: { prompt: "x" } });
    const id: string | undefined = submitted.data?.request_id;
    const result = await client.GET(`/v1/requests/${id!}/result`, {
      params: { query: { include_cost: true } },
    });
    const images: readonly string[] | undefined = (
      result.data?.output as components["schemas"]["MediaOutput"]
    )?.images;
    const word: "in_queue" | "in_progress" | "succeeded" | "failed" | "cancelled" | undefined =
      result.data?.status;
    await client.POST(`/v1/requests/${id!}/cancel`);
    await client.GET("/v1/models/categories");
    expect({ images, word }).toEqual({ images: undefined, word: undefined });
    expect(sent).toEqual([
      "POST https://api.example/v1/models/bytedance/seedance-v1.5-pro/image-to-video",
      "GET https://api.example/v1/requests/r/result?include_cost=true",
      "POST https://api.example/v1/requests/r/cancel",
      "GET https://api.example/v1/models/categories",
    ]);
  });

  test("refuses other addresses, methods and words at compile time", () => {
    expect(wrong).toBeTypeOf("function");
  });
});
