import { describe, expect, test } from "vitest";
import {
  apiOf,
  difficult,
  documentOf,
  inputOf,
  modelOf,
  printDocument,
  shipped,
  submitOf,
} from "./fixture.js";
import type { Operation } from "./fixture.js";

const document = documentOf(apiOf(...difficult));
const every = documentOf({ ...shipped, models: [...shipped.models, ...difficult] });
const operations = Object.values(every.paths).flatMap((item) =>
  Object.values(item).filter((part): part is Operation => "operationId" in part),
);

const names = (...ids: string[]): string[] => {
  const made = documentOf(apiOf(...ids.map((id) => modelOf(id))));
  return ids.map((id) => submitOf(made, id).operationId);
};

const exampleOf = (id: string): object | undefined =>
  submitOf(every, id).requestBody.content["application/json"].example;
const fold = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

describe("openapi.json: models", () => {
  test("every model has a path of its own, with each segment encoded", () => {
    expect(Object.keys(document.paths)).toContain("/v1/models/minimax/Hailuo%20Video%2001%20Live");
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(["/v1/models/a/4K/x", "/v1/models/a/4k/x"]),
    );
    expect(operations.filter((operation) => "x-model-id" in operation)).toHaveLength(
      shipped.models.length + difficult.length,
    );
  });

  test("the submit for any model is left out, since no path parameter takes slashes", () => {
    expect(Object.keys(document.paths["/v1/models/{model_id}"]!)).toEqual(["parameters", "get"]);
    expect(document.components).not.toHaveProperty("requestBodies");
    expect(document.components["schemas"]).not.toHaveProperty("ModelInput");
  });

  test("the frame may describe nothing but itself", () => {
    const bare = { openapi: "3.1.0", info: { title: "T", version: "1" }, paths: {} };
    const made = documentOf({ lifecycle: bare, ownLifecycle: true, models: [modelOf("a/b")] });
    expect(submitOf(made, "a/b").responses).toHaveProperty("200");
    expect(Object.keys(made.components["schemas"]!)).toEqual(["ABInput", "ABOutput"]);
  });

  test("without models only the other shared calls are left", () => {
    const made = documentOf(apiOf());
    expect(Object.keys(made.components["responses"]!)).not.toContain("Submitted");
    expect(Object.keys(made.components["schemas"]!)).toContain("MediaOutput");
  });

  test("a model that meets a shared path joins it", () => {
    const joined = documentOf(apiOf(modelOf("categories")));
    expect(Object.keys(joined.paths["/v1/models/categories"]!)).toEqual(["get", "post"]);
  });

  test("what the catalogue and the spec know survives as extensions", () => {
    const submit = submitOf(document, "jobs/media");
    expect(submit).toMatchObject({
      deprecated: true,
      externalDocs: { url: "https://docs.example.org/jobs/media" },
      "x-kind": "model",
      "x-categories": ["video"],
      "x-price": { usd: 0.1, unit: "second", note: "4K costs twice as much." },
      "x-missing-since": "2026-02-01",
      "x-source": { url: "https://docs.example.org/jobs/media", language: "en", read: "2026-01-31" },
    });
    expect(submit.description).toContain("- Slow at night.");
    expect(submitOf(document, "media")).not.toHaveProperty("deprecated");
  });

  test("an address that is no plain one does not become a link", () => {
    const hostile = modelOf("a/b", {}, { source: { url: "javascript:alert(1)" } });
    expect(submitOf(documentOf(apiOf(hostile)), "a/b")).not.toHaveProperty("externalDocs");
  });

  test("the shared output is one component, another has its own and widens the result", () => {
    const media = { $ref: "#/components/schemas/MediaOutput" };
    const own = { $ref: "#/components/schemas/JobsMediaOutput" };
    expect(submitOf(document, "media")["x-output"]).toEqual(media);
    expect(submitOf(document, "jobs/media")["x-output"]).toEqual(own);
    const output = document.components["schemas"]!["JobResult"]!.properties!["output"]!;
    expect(output["anyOf"]).toEqual([media, own, { $ref: "#/components/schemas/JobsMeshOutput" }]);
    const usual = documentOf(apiOf(modelOf("a/b")));
    expect(usual.components["schemas"]!["JobResult"]!.properties!["output"]).toEqual(media);
  });

  test("the answer to a submit links to the result", () => {
    const submitted = document.components["responses"]!["Submitted"]!;
    expect(submitOf(document, "media").responses["200"]).toEqual({
      $ref: "#/components/responses/Submitted",
    });
    expect(submitted["links"]).toHaveProperty("result");
  });

  test("the example is the spec's own, else the required fields", () => {
    const seedance = shipped.models.find(
      (model) => model.id === "bytedance/seedance-v1.5-pro/image-to-video",
    )!;
    expect(exampleOf(seedance.id)).toEqual(seedance.example);
    expect(exampleOf("jobs/media")).toEqual({ prompt: "A cat." });
    const silent = modelOf("a/b");
    const needy = { ...silent, input: { ...silent.input, required: ["prompt"] } };
    expect(
      submitOf(documentOf(apiOf(needy)), "a/b").requestBody.content["application/json"],
    ).not.toHaveProperty("example");
  });
});

describe("openapi.json: names", () => {
  test("a name is made of the id's letters and digits", () => {
    expect(names("bytedance/seedance-v1.5-pro/image-to-video")).toEqual([
      "submitBytedanceSeedanceV15ProImageToVideo",
    ]);
    expect(names("4k/x", "日本/別", "日本/他")).toEqual(["submitModel4kX", "submitModel2", "submitModel3"]);
  });

  test("ids that come to the same name are numbered in their order", () => {
    expect(names("a/1.5", "a/15", "a/4K", "a/4k", "a/4k2")).toEqual([
      "submitA15",
      "submitA152",
      "submitA4K",
      "submitA4k2",
      "submitA4k22",
    ]);
  });

  test("a model never takes the name of a shared component", () => {
    const made = documentOf(apiOf(modelOf("media"), modelOf("model")));
    expect(submitOf(made, "media").operationId).toBe("submitMedia2");
    expect(made.components["schemas"]!["MediaOutput"]!.properties).toHaveProperty("videos");
  });

  test("operations and components differ even without regard to case and punctuation", () => {
    const schemas = Object.keys(every.components["schemas"]!);
    for (const all of [operations.map((operation) => operation.operationId), schemas]) {
      expect(new Set(all.map(fold)).size).toBe(all.length);
      expect(all.filter((name) => !/^[A-Za-z][A-Za-z0-9]*$/.test(name))).toEqual([]);
    }
  });

  test("a vendor called like a shared tag gets one that stands apart", () => {
    expect(submitOf(document, "jobs/media").tags).toEqual(["jobs models"]);
    expect(submitOf(document, "a/4K/x").tags).toEqual(["a"]);
  });
});

describe("openapi.json: what careful linters ask for", () => {
  test("every operation has one declared tag, a summary, a description, and answers for success and failure", () => {
    const declared = every.tags.map((tag) => tag.name);
    expect([...declared].sort()).toEqual(declared);
    expect(every.tags.filter((tag) => tag.description.trim() === "")).toEqual([]);
    for (const operation of operations) {
      expect(operation.tags).toHaveLength(1);
      expect(declared).toContain(operation.tags[0]);
      expect(operation.summary).toMatch(/^\S.*\S$/);
      expect(operation.description).toMatch(/\S/);
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(["400", "401", "429"]));
      expect(Object.keys(operation.responses).some((status) => status.startsWith("2"))).toBe(true);
    }
  });

  test("every reference leads to something, and every component is referred to", () => {
    const text = JSON.stringify(every);
    const references = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map((found) => found[1]!));
    const components = Object.entries(every.components)
      .filter(([kind]) => kind !== "securitySchemes")
      .flatMap(([kind, named]) => Object.keys(named).map((name) => `#/components/${kind}/${name}`));
    expect([...references].sort()).toEqual(components.sort());
  });

  test.each([
    ["<script>x</script>", "&lt;script>x&lt;/script>"],
    ["<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)>"],
    ["<!-- a --> <?php", "&lt;!-- a --> &lt;?php"],
    ["[a](javascript:b) [c]( JavaScript:d)", "[a](javascript :b) [c]( JavaScript :d)"],
    ["[a](&#106;avascript:b)", "[a](&amp;#106;avascript:b)"],
    ["[a]: data:text/html,b", "[a]: data :text/html,b"],
    ["eval(1)", "eval (1)"],
    ["half \ud800", "half \ufffd"],
    ["one\r\ntwo\u2028three", "one\ntwo\nthree"],
    ["a data: address, 1 < 2 & 3 > 2, *as it is*", "a data: address, 1 < 2 & 3 > 2, *as it is*"],
  ])("a description never becomes markup or a script: %j", (written, expected) => {
    const hostile = modelOf("a/b", { x: { title: written, description: written } });
    const made = documentOf(apiOf({ ...hostile, description: written }));
    expect(inputOf(made, "a/b").properties!["x"]!["description"]).toBe(expected);
    expect(submitOf(made, "a/b").description.startsWith(`${expected}\n\n`)).toBe(true);
  });

  test("empty wording is left out", () => {
    const bare = documentOf(
      apiOf(modelOf("a/b", { x: { title: "", description: " " } }, { title: "", description: "" })),
    );
    expect(inputOf(bare, "a/b").properties).toEqual({ x: {} });
    expect(submitOf(bare, "a/b").summary).toBe("a/b");
  });
});

describe("openapi.json: the file", () => {
  test("the same models give the same bytes", () => {
    expect(printDocument(shipped)).toBe(printDocument(structuredClone(shipped)));
  });

  test("it ends with one line feed and holds no other kind of line end", () => {
    const text = printDocument(apiOf(modelOf("a/b", { x: { description: "one\r\ntwo\u2028three" } })));
    expect(text).toMatch(/[^\n]\n$/);
    expect(text).not.toContain("\r");
  });
});
