import { describe, expect, test } from "vitest";
import { createProxy } from "../../src/adapters/proxy/index.js";
import type { ProxyCall, ProxyOptions } from "../../src/adapters/proxy/index.js";
import { model as pictures } from "../../generated/models/bytedance/seedance-v1.5-pro/image-to-video.js";
import { input, makeRequest, model, openSite, pages, secret, submit } from "./support.js";
import type { RequestParts, Site } from "./support.js";

/** What one visitor sends, the status that it must get, and the jobs that may be paid for it. */
interface Row extends RequestParts {
  readonly title: string;
  readonly body: unknown;
  readonly status: number;
  readonly charged?: number;
  readonly options?: Partial<ProxyOptions>;
}

const fair = submit("key-00001");
const withHeaders = (headers: RequestParts["headers"]) => ({ body: fair, headers });
const withInput = (value: unknown) => ({ body: { ...fair, input: value } });
const withField = (name: string, value: unknown) => ({ body: { ...fair, [name]: value } });
const picture = (address: string) => ({
  options: { models: [pictures] },
  body: {
    call: "submit",
    model: pictures.id,
    key: "key-00001",
    input: { ...input, first_frame_image_url: address },
  },
});
const handle = (text: unknown, call = "status") => ({ body: { call, handle: text } });
const nested = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
const form = { "content-type": "application/x-www-form-urlencoded" };
const storage = {
  signUpload: async () => ({ url: "https://bucket.example.com/x", headers: {} }),
  signDownload: async () => "https://bucket.example.com/x",
};
const upload = (more: object) => ({
  options: { models: [pictures], uploads: { storage, maxBytes: 1000 } },
  body: {
    ...{ call: "upload", model: pictures.id, field: "/first_frame_image_url" },
    ...{ contentType: "image/png", bytes: 10, ...more },
  },
});

const rows: readonly Row[] = [
  // An honest page, for comparison.
  { title: "an honest page", body: fair, status: 200, charged: 1 },
  {
    title: "a charset beside the type",
    ...withHeaders({ "content-type": "Application/JSON; charset=utf-8" }),
    status: 200,
    charged: 1,
  },
  { title: "a byte order mark", body: `\uFEFF${JSON.stringify(fair)}`, status: 200, charged: 1 },

  // Nobody, and somebody who says they are somebody.
  { title: "no login", ...withHeaders({ cookie: undefined }), status: 401 },
  { title: "a login that means nobody", body: fair, options: { authorize: () => "" }, status: 401 },
  {
    title: "the service's own token instead of a login",
    ...withHeaders({ cookie: undefined, authorization: "Bearer emulator-token" }),
    status: 401,
  },
  {
    title: "authorize that answers true",
    body: fair,
    options: { authorize: () => true as never },
    status: 401,
  },
  {
    title: "authorize that answers a number",
    body: fair,
    options: { authorize: () => 0 as never },
    status: 401,
  },
  {
    title: "authorize that answers a session",
    body: fair,
    options: { authorize: () => ({ user: "ann" }) as never },
    status: 401,
  },
  {
    title: "a name of 201 characters",
    body: fair,
    options: { authorize: () => "a".repeat(201) },
    status: 401,
  },
  {
    title: "a name with half a character",
    body: fair,
    options: { authorize: () => "ann\uD800" },
    status: 401,
  },
  {
    title: "authorize that throws",
    body: fair,
    options: { authorize: () => Promise.reject(new Error("select * from users")) },
    status: 500,
  },

  // Other pages in the same browser.
  { title: "no Origin", ...withHeaders({ origin: undefined }), status: 403 },
  { title: "an opaque Origin", ...withHeaders({ origin: "null" }), status: 403 },
  { title: "a foreign Origin", ...withHeaders({ origin: "https://evil.example" }), status: 403 },
  {
    title: "an Origin that begins like ours",
    ...withHeaders({ origin: `${pages}.evil.example` }),
    status: 403,
  },
  {
    title: "an Origin with our name for a user",
    ...withHeaders({ origin: `${pages}@evil.example` }),
    status: 403,
  },
  { title: "a subdomain of ours", ...withHeaders({ origin: "https://x.app.example.com" }), status: 403 },
  { title: "our name without encryption", ...withHeaders({ origin: "http://app.example.com" }), status: 403 },
  { title: "our name at another port", ...withHeaders({ origin: `${pages}:8443` }), status: 403 },
  { title: "our Origin with a path", ...withHeaders({ origin: `${pages}/` }), status: 403 },
  { title: "two Origins", ...withHeaders({ origin: `${pages}, https://evil.example` }), status: 403 },
  {
    title: "a foreign Origin that names ours as the target",
    ...withHeaders({ origin: "https://evil.example", "x-forwarded-host": "app.example.com", referer: pages }),
    status: 403,
  },
  {
    title: "a foreign page's question before the request",
    body: "",
    method: "OPTIONS",
    headers: { origin: "https://evil.example" },
    status: 405,
  },

  // Other methods and types.
  { title: "GET", body: "", method: "GET", status: 405 },
  { title: "HEAD", body: "", method: "HEAD", status: 405 },
  { title: "PUT", body: fair, method: "PUT", status: 405 },
  { title: "DELETE", body: fair, method: "DELETE", status: 405 },
  {
    title: "POST that says it is GET",
    ...withHeaders({ "x-http-method-override": "GET", "content-type": "text/plain" }),
    status: 415,
  },
  { title: "a form's post", body: "_key=key-00001&prompt=Rain", headers: form, status: 415 },
  {
    title: "JSON that calls itself text, which needs no question before",
    ...withHeaders({ "content-type": "text/plain" }),
    status: 415,
  },
  {
    title: "JSON's type behind another",
    ...withHeaders({ "content-type": "text/plain; application/json" }),
    status: 415,
  },
  {
    title: "a type that begins like JSON's",
    ...withHeaders({ "content-type": "application/jsonp" }),
    status: 415,
  },
  { title: "no type", ...withHeaders({ "content-type": "" }), status: 415 },

  // Bodies.
  { title: "an empty body", body: "", status: 400 },
  { title: "broken JSON", body: "{", status: 400 },
  { title: "null", body: "null", status: 400 },
  { title: "a list", body: [fair], status: 400 },
  { title: "a text", body: '"submit"', status: 400 },
  { title: "bytes that are no UTF-8", body: new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), status: 400 },
  { title: "2 MB", ...withInput({ prompt: "x".repeat(2_000_000) }), status: 413 },
  {
    title: "one byte more than allowed",
    body: JSON.stringify(fair).padEnd(1001),
    options: { maxBodyBytes: 1000 },
    status: 413,
  },
  {
    title: "as many bytes as allowed",
    body: JSON.stringify(fair).padEnd(1000),
    options: { maxBodyBytes: 1000 },
    status: 200,
    charged: 1,
  },
  { title: "lists in lists, 100,000 deep, for a body", body: nested, status: 400 },
  {
    title: "lists in lists, 100,000 deep, for a field",
    body: `{"call":"submit","model":"${model.id}","key":"key-00001","input":{"prompt":${nested}}}`,
    status: 400,
  },

  // Calls.
  { title: "no call", body: { model: model.id, key: "key-00001", input }, status: 400 },
  { title: "an unknown call", body: { call: "balance" }, status: 400 },
  { title: "a call that every object has", body: { call: "constructor" }, status: 400 },
  { title: "a call named __proto__", body: '{"call":"__proto__"}', status: 400 },
  { title: "a call in a list", body: { ...fair, call: ["submit"] }, status: 400 },
  { title: "an option of the server's", ...withField("maxUsd", 1000), status: 400 },
  { title: "a user in the call", ...withField("user", "bob"), status: 400 },
  { title: "a base URL in the call", ...withField("baseUrl", "https://evil.example"), status: 400 },
  { title: "a submit without a key", body: { call: "submit", model: model.id, input }, status: 400 },

  // Models.
  { title: "a model that is not listed", ...withField("model", pictures.id), status: 404 },
  { title: "a model named __proto__", ...withField("model", "__proto__"), status: 404 },
  { title: "a model with a path to elsewhere", ...withField("model", "../requests/x/cancel"), status: 404 },
  { title: "a model with an encoded path", ...withField("model", `${model.id}%2f..%2f..`), status: 404 },
  { title: "a model in capital letters", ...withField("model", model.id.toUpperCase()), status: 404 },
  { title: "a model for another host", ...withField("model", `@evil.example/${model.id}`), status: 404 },
  { title: "a model that is an object", ...withField("model", { id: model.id }), status: 400 },

  // Keys.
  { title: "a key of 7 characters", ...withField("key", "1234567"), status: 400 },
  { title: "a key of 129 characters", ...withField("key", "k".repeat(129)), status: 400 },
  { title: "a key with a dot", ...withField("key", "key.00001"), status: 400 },
  { title: "a key with a line break", ...withField("key", "key-00001\n"), status: 400 },
  { title: "a key with a path", ...withField("key", "../bob/key-00001"), status: 400 },
  { title: "a key that is a number", ...withField("key", 123_456_789), status: 400 },

  // Inputs.
  { title: "an input that is null", ...withInput(null), status: 400 },
  { title: "an input that is a list", ...withInput([input]), status: 400 },
  { title: "an input without its required field", ...withInput({}), status: 422 },
  {
    title: "a field that the model does not have",
    ...withInput({ ...input, webhook_url: "https://evil.example" }),
    status: 422,
  },
  { title: "a field of another type", ...withInput({ prompt: { toString: "x" } }), status: 422 },
  {
    title: "a field named __proto__",
    body: JSON.stringify(fair).replace('"prompt"', '"__proto__":{"x":1},"prompt"'),
    status: 422,
  },
  {
    title: "an address inside the network",
    ...picture("http://169.254.169.254/latest/meta-data"),
    status: 422,
  },
  { title: "an address of this machine", ...picture("https://127.0.0.1/x.png"), status: 422 },
  { title: "a file of the server's", ...picture("file:///etc/passwd"), status: 422 },
  { title: "a path of the server's", ...picture("/etc/passwd"), status: 422 },
  { title: "an upload that nobody signed", ...picture(`upload:e30.${"A".repeat(43)}`), status: 422 },
  { title: "an upload without a signature", ...picture("upload:e30"), status: 422 },
  {
    title: "any address, where only uploads are taken",
    ...picture("https://example.com/x.png"),
    options: { models: [pictures], uploads: { storage }, mediaFrom: "uploads" },
    status: 422,
  },

  // Handles.
  { title: "a job's id for a handle", ...handle("5c1f9a3e-0000-4000-8000-000000000000"), status: 404 },
  { title: "an empty handle", ...handle(""), status: 404 },
  { title: "a handle without a signature", ...handle("key-00001."), status: 404 },
  { title: "a handle with a short signature", ...handle("key-00001.AAAA"), status: 404 },
  { title: "a handle with signs of no signature", ...handle("key-00001.!!!!"), status: 404 },
  { title: "a handle of three parts", ...handle(`key-00001.${"A".repeat(43)}.x`), status: 404 },
  { title: "a handle of 501 characters", ...handle("x".repeat(501)), status: 400 },
  { title: "a handle in a list", ...handle(["key-00001"]), status: 400 },
  { title: "a result of a job's id", ...handle("5c1f9a3e", "result"), status: 404 },
  { title: "a cancel of a job's id", ...handle("5c1f9a3e", "cancel"), status: 404 },

  // Uploads.
  { title: "an upload where none are taken", ...upload({}), options: { models: [pictures] }, status: 404 },
  { title: "an upload for a model that is not listed", ...upload({ model: model.id }), status: 404 },
  { title: "an upload of a page", ...upload({ contentType: "text/html" }), status: 422 },
  { title: "an upload of a picture with scripts", ...upload({ contentType: "image/svg+xml" }), status: 422 },
  { title: "an upload of another kind", ...upload({ contentType: "video/mp4" }), status: 422 },
  {
    title: "an upload of an unknown type",
    ...upload({ contentType: "image/png\r\nx-evil: 1" }),
    status: 422,
  },
  { title: "an upload for a text", ...upload({ field: "/prompt" }), status: 422 },
  { title: "an upload for no field", ...upload({ field: "/__proto__/x" }), status: 422 },
  { title: "an upload for the input as a whole", ...upload({ field: "" }), status: 422 },
  { title: "an upload that is too large", ...upload({ bytes: 1001 }), status: 422 },
  { title: "an upload of nothing", ...upload({ bytes: 0 }), status: 400 },
  { title: "an upload of half a byte", ...upload({ bytes: 0.5 }), status: 400 },
  { title: "an upload of a text's size", ...upload({ bytes: "10" }), status: 400 },
];

/** Nothing of these is for pages. */
const findLeaks = ({ emulator, store }: Site, text: string): string[] =>
  [emulator.token, emulator.url, secret, "select * from", "node_modules", "    at ", String(store)].filter(
    (inner) => text.includes(inner),
  );

describe("abuse", () => {
  test("has at least 60 rows", () => {
    expect(rows.length).toBeGreaterThanOrEqual(60);
    expect(new Set(rows.map(({ title }) => title)).size).toBe(rows.length);
  });

  test.for(rows)("$title: $status", async ({ body, status, charged = 0, options = {}, ...parts }) => {
    const site = await openSite();
    const response = await site.run(site.start(options)(makeRequest(body, parts)));
    const text = await response.text();
    expect({ status: response.status, text }).toMatchObject({ status });
    expect(site.emulator.charged).toBe(charged);
    expect(findLeaks(site, text + JSON.stringify([...response.headers]))).toEqual([]);
    expect(response.headers.get("cache-control")).toBe("no-store");
    if (status === 403) expect(response.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("a listed page of another host may ask before its request, and read the answer", async () => {
    const { start, run } = await openSite();
    const asked = await run(start()(makeRequest("", { method: "OPTIONS" })));
    expect(asked.status).toBe(204);
    for (const { headers } of [asked, await run(start()(makeRequest(fair)))]) {
      expect(headers.get("access-control-allow-origin")).toBe(pages);
      expect(headers.get("vary")).toBe("origin");
    }
  });

  test("of a handle: each part counts, and it is of use for its user alone", async () => {
    const { emulator, start, call, refusal } = await openSite();
    const proxy = start();
    const { handle: own } = await call(proxy, fair);
    const other = (await call(proxy, submit("key-00002"))).handle;
    const [key, signature] = own.split(".") as [string, string];
    const forged = [
      `key-00002.${signature}`,
      `${key}.${other.split(".")[1]}`,
      `${key}.${signature.slice(0, -2)}`,
      `${key}.${signature}=`,
      `${key}.${signature.toLowerCase()}`,
      `${key} .${signature}`,
    ];
    for (const text of forged)
      expect(await refusal(proxy, { call: "status", handle: text })).toMatchObject({ status: 404 });
    expect(await refusal(proxy, { call: "cancel", handle: own }, "bob")).toMatchObject({ status: 404 });
    expect(emulator.requests.filter(({ route }) => route === "cancel")).toEqual([]);
  });

  test("of a user's tag: it is no handle, and no other user has it", async () => {
    const { start, call, refusal } = await openSite();
    const proxy = start();
    const { user } = await call(proxy, { call: "user" });
    expect(await refusal(proxy, { call: "status", handle: `key-00001.${user}` })).toMatchObject({
      status: 404,
    });
    expect((await call(proxy, { call: "user" }, "bob")).user).not.toBe(user);
    expect((await call(start({ secret: "x".repeat(32) }), { call: "user" })).user).not.toBe(user);
  });

  test("of an upload: it is of use for its user, model and field, and for one file of its size", async () => {
    const { emulator, start, call, refusal } = await openSite();
    const sizes = new Map<string, number>();
    const own = {
      signUpload: async ({ name }: { name: string }) => ({
        url: `https://bucket.example.com/${name}`,
        headers: {},
      }),
      signDownload: async (name: string) => `https://bucket.example.com/${name}?signature=${Math.random()}`,
      sizeOf: async (name: string) => sizes.get(name),
    };
    const proxy = start({ models: [pictures, model], uploads: { storage: own } });
    const announce = (more: object = {}) =>
      ({
        call: "upload",
        model: pictures.id,
        field: "/first_frame_image_url",
        contentType: "image/png",
        bytes: 10,
        ...more,
      }) as ProxyCall;
    const use = (value: string, key = "key-00001", more: object = {}): ProxyCall => ({
      ...{ call: "submit", model: pictures.id, key },
      input: { ...input, first_frame_image_url: value, ...more },
    });
    const { value, uploadUrl } = await call(proxy, announce());
    const name = uploadUrl.split("/").at(-1)!;
    expect(await refusal(proxy, use(value))).toMatchObject({ status: 422 });
    sizes.set(name, 11);
    expect(await refusal(proxy, use(value))).toMatchObject({ status: 422 });
    sizes.set(name, 10);
    expect(await refusal(proxy, use(value), "bob")).toMatchObject({ status: 422 });
    const tampered = `${value.slice(0, -1)}${value.endsWith("A") ? "B" : "A"}`;
    expect(await refusal(proxy, use(tampered.slice(0, -3)))).toMatchObject({ status: 422 });
    expect(emulator.charged).toBe(0);
    const sent = await call(proxy, use(value));
    // The address is signed anew, and the job is the same.
    expect((await call(proxy, use(value))).handle).toBe(sent.handle);
    expect(emulator.charged).toBe(1);
    expect(JSON.stringify(emulator.jobs[0]!.input)).toContain(
      `https://bucket.example.com/${name}?signature=`,
    );
  });

  test.for([
    ["a short secret", { secret: "short" }],
    ["no secret", { secret: undefined }],
    ["no authorize", { authorize: undefined }],
    ["no models", { models: [] }],
    ["models by their ids, which nobody checks", { models: [model.id] }],
    ["no limits", { limits: undefined }],
    ["half the limits", { limits: { running: 2 } }],
    ["no store", { store: undefined }],
    ["no origin", { origin: undefined }],
    ["any origin", { origin: "*" }],
    ["an origin with a path", { origin: `${pages}/app` }],
    ["a misspelt option", { autorize: () => "ann" }],
    ["uploads only, and no storage", { mediaFrom: "uploads" }],
  ] as const)("of the developer: %s is refused at the start", async ([, own]) => {
    const { start } = await openSite();
    expect(() => start(own as never)).toThrow(expect.objectContaining({ code: "config" }));
    expect(() => createProxy({} as never)).toThrow(expect.objectContaining({ code: "config" }));
  });
});
