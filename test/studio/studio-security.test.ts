import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPlace, order } from "./support.js";
import type { OpenStudio, Place, Request } from "./support.js";

let place: Place;
let open: OpenStudio;
beforeAll(async () => {
  place = await openPlace();
  open = await place.open();
});
afterAll(async () => {
  await open.close();
  await place.close();
});

/** A request that would pay, as the page sends it. */
const paid = (headers: Request["headers"] = {}): Request => ({
  method: "POST",
  path: "/api/jobs",
  headers: {
    "content-type": "application/json",
    cookie: open.cookie,
    "x-studio-key": open.pageKey,
    ...headers,
  },
  body: JSON.stringify(order("hostile-request")),
});

const without = (name: string): Request => {
  const { headers, ...request } = paid();
  return {
    ...request,
    headers: Object.fromEntries(Object.entries(headers!).filter(([own]) => own !== name)),
  };
};

interface Hostile {
  readonly request: () => Request;
  readonly status: number;
}

const hostile: { readonly [name: string]: Hostile } = {
  "that a name of another site leads here (DNS rebinding)": {
    request: () => paid({ host: `evil.example:${open.studio.port}` }),
    status: 403,
  },
  "to this machine by another of its addresses": {
    request: () => paid({ host: `127.0.0.2:${open.studio.port}` }),
    status: 403,
  },
  "to another port": { request: () => paid({ host: "127.0.0.1:1" }), status: 403 },
  "to a host without a port": { request: () => paid({ host: "127.0.0.1" }), status: 403 },
  "from a page of another site": { request: () => paid({ origin: "https://evil.example" }), status: 403 },
  "from a page of another port of this machine": {
    request: () => paid({ origin: "http://127.0.0.1:3000" }),
    status: 403,
  },
  "from a page without an origin, such as a file": { request: () => paid({ origin: "null" }), status: 403 },
  "that the browser calls cross-site": {
    request: () => paid({ "sec-fetch-site": "cross-site" }),
    status: 403,
  },
  "that the browser calls same-site: another port": {
    request: () => paid({ "sec-fetch-site": "same-site" }),
    status: 403,
  },
  "without a cookie": { request: () => without("cookie"), status: 401 },
  "with the cookie alone, as a page of another port can send it": {
    request: () => without("x-studio-key"),
    status: 401,
  },
  "with the key of the page alone": { request: () => paid({ cookie: "a=b" }), status: 401 },
  "with the key of another page": { request: () => paid({ "x-studio-key": "x".repeat(43) }), status: 401 },
  "with another cookie": {
    request: () => paid({ cookie: `${open.cookie.split("=")[0]}=${"x".repeat(43)}` }),
    status: 401,
  },
  "with a cookie of another port's studio": {
    request: () => paid({ cookie: open.cookie.replace(/\d+=/, "1=") }),
    status: 401,
  },
  "that is a form": {
    request: () => ({
      ...paid({ "content-type": "application/x-www-form-urlencoded" }),
      body: "key=x&model=y",
    }),
    status: 415,
  },
  "that is a form of text that looks like JSON": {
    request: () => paid({ "content-type": "text/plain" }),
    status: 415,
  },
  "with a body of another type": { request: () => without("content-type"), status: 415 },
  "that asks before it sends, as a page of another site must": {
    request: () => ({
      ...paid({ origin: "https://evil.example", "access-control-request-method": "POST" }),
      method: "OPTIONS",
    }),
    status: 403,
  },
  "with a body that is no JSON": { request: () => ({ ...paid(), body: "{" }), status: 400 },
  "with a list for a body": { request: () => ({ ...paid(), body: "[]" }), status: 400 },
  "with a huge body": {
    request: () => ({ ...paid(), body: `{"key":"${"x".repeat(2_100_000)}"}` }),
    status: 413,
  },
  "that says its body is huge": { request: () => paid({ "content-length": "999999999999" }), status: 413 },
  "with a key that is a path": {
    request: () => ({ ...paid(), body: JSON.stringify(order("../../../x")) }),
    status: 400,
  },
  "with a negative amount": {
    request: () => ({ ...paid(), body: JSON.stringify({ ...order("hostile-amount"), agreedUsd: -1 }) }),
    status: 400,
  },
  "for a model that is a path": {
    request: () => ({ ...paid(), body: JSON.stringify({ ...order("hostile-model"), model: "../requests" }) }),
    status: 422,
  },
  "that deletes a job that is not there": {
    request: () => ({ method: "DELETE", path: "/api/jobs/hostile-request", headers: paid().headers! }),
    status: 404,
  },
};

describe("a request", () => {
  test.for(Object.entries(hostile))("%s is refused and pays nothing", async ([, { request, status }]) => {
    const answer = await open.send(request());
    expect(answer.status).toBe(status);
    expect(place.emulator.charged).toBe(0);
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    expect((await open.call("GET", "/api/jobs")).json.total).toBe(0);
  });

  test("as the page sends it is answered: the others fail for what is wrong with them", async () => {
    const answer = await open.send({
      ...paid({ origin: `http://127.0.0.1:${open.studio.port}`, "sec-fetch-site": "same-origin" }),
      body: JSON.stringify({ ...order("honest-request"), input: { unknown_field: 1 } }),
    });
    expect(answer.status).toBe(422);
    expect(place.emulator.charged).toBe(0);
  });
});

describe("the one-time key", () => {
  const exchange = (key: string) =>
    open.send({
      ...{ method: "POST", path: "/api/session", headers: { "content-type": "application/json" } },
      body: JSON.stringify({ key }),
    });
  const newKey = (): string => new URL(open.studio.makeAddress()).hash.slice("#key=".length);

  test("works once", async () => {
    const key = newKey();
    expect((await exchange(key)).status).toBe(200);
    const again = await exchange(key);
    expect(again.status).toBe(401);
    expect(again.headers["set-cookie"]).toBeUndefined();
  });

  test("gives a cookie that scripts cannot read and that names its port", async () => {
    const { headers } = await exchange(newKey());
    expect(headers["set-cookie"]).toEqual([
      expect.stringMatching(
        new RegExp(`^runcomfy-studio-${open.studio.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`),
      ),
    ]);
  });

  test("of another text gives nothing", async () => {
    expect((await exchange("x".repeat(43))).status).toBe(401);
    expect((await exchange("")).status).toBe(400);
  });

  test("is in no answer of the server", async () => {
    const key = newKey();
    for (const path of ["/", "/api/setup", `/?key=${key}`]) {
      const { text } = await open.send({
        path,
        headers: { cookie: open.cookie, "x-studio-key": open.pageKey },
      });
      expect(text).not.toContain(key);
    }
  });
});

describe("reading", () => {
  test.for([
    "/api/setup",
    "/api/models",
    "/api/jobs",
    "/api/changes",
    "/files/a/b",
    "/inputs/a",
    "/thumbs/a/b",
  ])("%s needs a session", async (path) => {
    expect((await open.send({ path })).status).toBe(401);
  });

  test.for(["/api/setup", "/api/jobs", "/api/changes"])("%s needs the key of the page too", async (path) => {
    expect((await open.send({ path, headers: { cookie: open.cookie } })).status).toBe(401);
  });

  test("the page itself needs none, and allows no scripts but its own", async () => {
    const { status, headers } = await open.send({});
    expect(status).toBe(200);
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|script-src [^;]*http|\*/);
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
    });
  });

  test.for([
    "/../state/jobs.jsonl",
    "/..%2fstate%2fjobs.jsonl",
    "/%2e%2e/state/jobs.jsonl",
    "/..\\state\\jobs.jsonl",
    "/page/../index.html",
    "/index.html%00.js",
    "//etc/passwd",
    "/%",
    "/constructor",
  ])("no file is found at %s", async (path) => {
    expect([400, 404]).toContain((await open.send({ path })).status);
  });

  test("a page that is missing is told with the command that builds it", async () => {
    const bare = await place.open({ pageFolder: `${place.folder}/nowhere` });
    const { status, text } = await bare.send({});
    expect({ status, text }).toEqual({ status: 503, text: expect.stringContaining("npm run build") });
    await bare.close();
  });
});
