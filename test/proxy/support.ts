import { onTestFinished } from "vitest";
import { createProxy } from "../../src/adapters/proxy/index.js";
import type {
  Proxy,
  ProxyCall,
  ProxyFailure,
  ProxyJob,
  ProxyOptions,
} from "../../src/adapters/proxy/index.js";
import { startEmulator } from "../../src/emulator/index.js";
import type { Emulator, EmulatorOptions } from "../../src/emulator/index.js";
import { createClient } from "../../src/index.js";
import type { ClientOptions } from "../../src/index.js";
import { memoryStore } from "../../src/once/index.js";
import { model } from "../../generated/models/wan-ai/wan-2.7/text-to-video.js";

export { model };
export const pages = "https://app.example.com";
export const secret = "0123456789abcdef0123456789abcdef";
export const input = { prompt: "Rain on a tin roof." };

/** A service, and what makes proxies in front of it: each like a process of its own, with the same store. */
export interface Site {
  readonly emulator: Emulator;
  readonly store: NonNullable<ProxyOptions["store"]>;
  readonly lines: string[];
  start(options?: Partial<ProxyOptions>, client?: ClientOptions): Proxy;
}

export const openSite = async (options: EmulatorOptions = {}): Promise<Site> => {
  const emulator = await startEmulator({ queueMs: 0, runMs: 3_600_000, ...options });
  onTestFinished(() => emulator.close());
  const store = memoryStore();
  const lines: string[] = [];
  const note = (line: string) => void lines.push(line);
  return {
    emulator,
    store,
    lines,
    start: (own = {}, client = {}) =>
      createProxy({
        client: createClient({ baseUrl: emulator.url, token: emulator.token, ...client }),
        models: [model],
        authorize: (request) => /(?:^|; )user=(\w+)/.exec(request.headers.get("cookie") ?? "")?.[1],
        secret,
        limits: { running: 2, usdPerDay: 1, assumeUsd: 0.2 },
        store,
        origin: pages,
        acceptPerProcess: true,
        logger: { error: note, warn: note },
        ...own,
      }),
  };
};

/** A page's request, as a browser makes it. `headers` replace or, where undefined, remove those of an honest page. */
export const makeRequest = (
  body: unknown,
  {
    user = "ann",
    headers = {},
    ...init
  }: RequestInit & { user?: string; headers?: Record<string, string | undefined> } = {},
): Request => {
  const all = { origin: pages, "content-type": "application/json", cookie: `user=${user}`, ...headers };
  const kept = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return new Request("https://app.example.com/api/runcomfy", {
    method: "POST",
    ...init,
    headers: kept,
    ...(init.method !== "GET" && init.method !== "HEAD" && { body: text }),
  });
};

/** The job that a call gives; fails where the proxy refuses it. */
export const call = async (proxy: Proxy, given: ProxyCall, user = "ann"): Promise<ProxyJob> => {
  const response = await proxy(makeRequest(given, { user }));
  const body = (await response.json()) as ProxyJob;
  if (response.status !== 200) throw new Error(`${response.status} ${JSON.stringify(body)}`);
  return body;
};

/** The status and the error of a call that is refused. */
export const refusal = async (proxy: Proxy, given: ProxyCall, user = "ann") => {
  const response = await proxy(makeRequest(given, { user }));
  const { error } = (await response.json()) as ProxyFailure;
  return { status: response.status, ...error };
};

export const submit = (key: string, more: object = {}): ProxyCall => ({
  call: "submit",
  model: model.id,
  key,
  input: { ...input, ...more },
});
