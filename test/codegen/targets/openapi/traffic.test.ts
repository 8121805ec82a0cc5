import { expect, test } from "vitest";
import { loadContract } from "../../../support/openapi.js";
import { apiOf, difficult, documentOf, shipped, submitOf } from "./fixture.js";

const contract = loadContract(documentOf({ ...shipped, models: [...shipped.models, ...difficult] }));
const headers = { authorization: "Bearer t", "content-type": "application/json" };
const post = (id: string, body: unknown): string[] =>
  contract.checkRequest("POST", `/v1/models/${encodeURI(id)}`, headers, body);

test.each(shipped.models.map((model) => model.id))(
  "the example of %s is a request that the document takes",
  (id) => {
    const { example } = submitOf(documentOf(shipped), id).requestBody.content["application/json"];
    expect(post(id, example ?? {})).toEqual([]);
  },
);

test("a body is checked against the model's own input", () => {
  const id = "bytedance/seedance-v1.5-pro/image-to-video";
  const body = { prompt: "x", first_frame_image_url: "https://a.example/x.png" };
  expect(post(id, { ...body, duration: 5 })).toEqual([]);
  expect(post(id, { ...body, duration: 13 }).join()).toContain("/duration");
  expect(post(id, { ...body, lenght: 5 }).join()).toContain("lenght");
  expect(post(id, { prompt: "x" }).join()).toContain("first_frame_image_url");
});

test("ids that differ in case or hold spaces are told apart", () => {
  expect(post("a/4k/x", { mixed: 5 })).toEqual([]);
  expect(post("a/4K/x", { mixed: 5 })).not.toEqual([]);
  expect(post("minimax/Hailuo Video 01 Live", { image: "Runcomfy_example_1278_1.png" })).toEqual([]);
});

test("the catalogue's entry of a model is still described beside its submit", () => {
  const entry = "/v1/models/bytedance/seedance-v1.5-pro/image-to-video";
  expect(contract.checkRequest("GET", entry, headers)).toEqual([]);
  expect(contract.checkResponse("GET", entry, 200, { model_id: "a/b" })).toEqual([]);
});

test("a model that is not in the document is not submitted to", () => {
  expect(loadContract(documentOf(apiOf())).checkRequest("POST", "/v1/models/a/b", headers, {})).not.toEqual(
    [],
  );
});

const checkResult = (output: object) =>
  contract.checkResponse("GET", "/v1/requests/r/result", 200, {
    request_id: "r",
    status: "succeeded",
    created_at: "2026-01-31T12:00:00",
    finished_at: "2026-01-31T12:00:01",
    output,
  });

test("a result holds the shared output or that of a model", () => {
  expect(checkResult({ video: "https://a.example/v.mp4" })).toEqual([]);
  expect(checkResult({ model_mesh: "https://a.example/m.glb", later: 1 })).toEqual([]);
  expect(checkResult({ video: 5 })).not.toEqual([]);
});
