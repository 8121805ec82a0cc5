import { describe, expect, test } from "vitest";
import { s3Storage } from "../../src/attach/index.js";
import type { ProxyCall } from "../../src/adapters/proxy/index.js";
import { model as pictures } from "../../generated/models/bytedance/seedance-v1.5-pro/image-to-video.js";
import { keys, openStorage } from "../attach/storage.js";
import { input, makeRequest, model, openSite } from "./support.js";

const bytes = new Uint8Array(5_000_000).fill(7);

const openBucket = async () => {
  const bucket = await openStorage();
  const publicEndpoint = "https://files.example.com";
  const storage = s3Storage({ ...keys, endpoint: bucket.endpoint, publicEndpoint, prefix: "pages" });
  return { bucket, uploads: { storage } };
};

const announce: ProxyCall = {
  ...{ call: "upload", model: pictures.id, field: "/first_frame_image_url" },
  ...{ contentType: "image/png", bytes: bytes.length },
};

describe("a file of a page", () => {
  test("of 5 MB goes to the storage by the proxy's address, and into the job by another", async () => {
    const { bucket, uploads } = await openBucket();
    const { emulator, start, call, run } = await openSite();
    const proxy = start({ models: [pictures], uploads });
    const { uploadUrl, headers, value, expiresInMs } = await call(proxy, announce);
    expect({ headers, expiresInMs }).toEqual({
      headers: { "content-type": "image/png" },
      expiresInMs: 900_000,
    });
    expect((await fetch(uploadUrl, { method: "PUT", headers, body: bytes })).status).toBe(200);
    const given = {
      call: "submit",
      model: pictures.id,
      key: "key-00001",
      input: { ...input, first_frame_image_url: value },
    };
    expect((await run(proxy(makeRequest(given)))).status).toBe(200);
    expect(emulator.charged).toBe(1);
    const address = new URL(String(emulator.jobs[0]!.input["first_frame_image_url"]));
    expect(address.origin).toBe("https://files.example.com");
    const read = await bucket.ask(address.pathname + address.search, { host: "files.example.com" });
    expect([read.status, read.type, read.body.length]).toEqual([200, "image/png", bytes.length]);
  });

  test.for([
    ["of another size", { body: bytes.subarray(1) }],
    ["of another type", { body: bytes, headers: { "content-type": "text/html" } }],
    ["by another method", { body: bytes, method: "POST" }],
  ] as const)("%s is refused by the storage itself", async ([, own]) => {
    const { uploads } = await openBucket();
    const { start, call } = await openSite();
    const { uploadUrl, headers } = await call(start({ models: [pictures], uploads }), announce);
    expect((await fetch(uploadUrl, { method: "PUT", headers, ...own })).status).toBe(403);
  });

  test("that never came is refused before anything is paid", async () => {
    const { uploads } = await openBucket();
    const { emulator, start, call, refusal } = await openSite();
    const proxy = start({ models: [pictures], uploads });
    const { value } = await call(proxy, announce);
    const given: ProxyCall = {
      call: "submit",
      model: pictures.id,
      key: "key-00001",
      input: { ...input, first_frame_image_url: value },
    };
    expect(await refusal(proxy, given)).toMatchObject({
      status: 422,
      issues: [{ path: "/first_frame_image_url" }],
    });
    expect(emulator.charged).toBe(0);
  });
});

describe("a plain form", () => {
  const type = { "content-type": "application/x-www-form-urlencoded" };
  const formTarget = ({ handle }: { handle: string }) => `/videos/${handle}`;

  test("posts a job and leads to its page; posted again, it is the same job", async () => {
    const { emulator, start, run } = await openSite();
    const proxy = start({ formTarget });
    const body = "_key=key-00001&prompt=Rain&duration=5&seed=";
    const first = await run(proxy(makeRequest(body, { headers: type })));
    const again = await run(proxy(makeRequest(body, { headers: type })));
    expect([first.status, again.status]).toEqual([303, 303]);
    expect(first.headers.get("location")).toMatch(/^\/videos\/key-00001\.[\w-]{43}$/);
    expect(again.headers.get("location")).toBe(first.headers.get("location"));
    expect(emulator.jobs.map(({ input: sent }) => sent)).toEqual([{ prompt: "Rain", duration: 5 }]);
  });

  test("names its model where there are several, and is checked like any input", async () => {
    const { emulator, start, run } = await openSite();
    const proxy = start({ models: [model, pictures], formTarget });
    const post = (body: string, headers = {}) =>
      run(proxy(makeRequest(body, { headers: { ...type, ...headers } }))).then(({ status }) => status);
    expect(await post("_key=key-00001&prompt=Rain")).toBe(404);
    expect(await post(`_model=${model.id}&prompt=Rain`)).toBe(400);
    expect(await post(`_model=${model.id}&_key=key-00001&prompt=Rain&duration=x`)).toBe(422);
    expect(
      await post(`_model=${model.id}&_key=key-00001&prompt=Rain`, { origin: "https://evil.example" }),
    ).toBe(403);
    expect(emulator.charged).toBe(0);
    expect(await post(`_model=${model.id}&_key=key-00001&prompt=Rain`)).toBe(303);
  });

  test("with a file says where the file has to go", async () => {
    const { emulator, start, run } = await openSite();
    const proxy = start({ models: [pictures], formTarget });
    const form = new FormData();
    form.set("_key", "key-00001");
    form.set("prompt", "Rain");
    form.set("first_frame_image_url", new File(["x"], "x.png", { type: "image/png" }));
    const made = new Request("https://app.example.com/", { method: "POST", body: form });
    const headers = { "content-type": made.headers.get("content-type")! };
    const response = await run(proxy(makeRequest(await made.text(), { headers })));
    expect(response.status).toBe(422);
    expect(await response.text()).toContain("upload address");
    expect(emulator.charged).toBe(0);
  });
});
