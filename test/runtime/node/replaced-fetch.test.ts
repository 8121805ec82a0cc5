import { afterEach, describe, expect, test, vi } from "vitest";
import { createClient } from "../../../src/index.js";
import { http, startFaultServer } from "../../support/fault-server.js";
import type { FaultServer } from "../../support/fault-server.js";

const dispatcher = Symbol.for("undici.globalDispatcher.1");
const scope = globalThis as { [key: symbol]: unknown };
let server: FaultServer | undefined;
afterEach(async () => {
  vi.unstubAllGlobals();
  await server?.close();
});

const start = async () => {
  server = await startFaultServer((socket) => socket.end(http("200 OK", '{"request_id":"real-1"}')));
  return { client: createClient({ token: "test-token", baseUrl: server.url }), server };
};

describe("row 149: a paid request goes where the program's other requests go", () => {
  test("to the fetch that a test has put in place of the global one", async () => {
    const asked: string[] = [];
    const { client, server: real } = await start();
    vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
      asked.push(`${init.method} ${url}`);
      return Response.json({ request_id: "stub-1" });
    });
    expect((await client.submit("a/b", {})).id).toBe("stub-1");
    expect(asked).toEqual([`POST ${real.url}/v1/models/a/b`]);
    expect(real.requests).toEqual([]);
  });

  test("to the global dispatcher where that is a mock", async () => {
    const { client, server: real } = await start();
    // Node's fetch sets its dispatcher when it is first called.
    await fetch(real.url).then((response) => response.text());
    const before = scope[dispatcher];
    expect(before).toBeDefined();
    let dispatched = 0;
    const mock = {
      disableNetConnect: () => {},
      dispatch: () => {
        dispatched++;
        throw new Error("not mocked");
      },
    };
    scope[dispatcher] = mock;
    try {
      await expect(client.submit("a/b", {})).rejects.toMatchObject({ code: "submit_unknown" });
    } finally {
      scope[dispatcher] = before;
    }
    expect(dispatched).toBe(1);
    expect(real.requests.filter(({ method }) => method === "POST")).toEqual([]);
  });

  test("over a connection of its own where nothing was replaced", async () => {
    const { client, server: real } = await start();
    expect((await client.submit("a/b", {})).id).toBe("real-1");
    expect(real.requests.length).toBe(1);
  });
});
