import { onTestFinished } from "vitest";
import { createProxy } from "../../src/adapters/proxy/index.js";
import type {
  Proxy,
  ProxyCall,
  ProxyFailure,
  ProxyJob,
  ProxyOptions,
  ProxyUpload,
} from "../../src/adapters/proxy/index.js";
import { createManualClock, startEmulator } from "../../src/emulator/index.js";
import type { Emulator, EmulatorOptions, ManualClock } from "../../src/emulator/index.js";
import { createClient } from "../../src/index.js";
import type { ClientOptions } from "../../src/index.js";
import { memoryStore } from "../../src/once/index.js";
import type { JobRecord, Store } from "../../src/once/index.js";
import { model } from "../../generated/models/wan-ai/wan-2.7/text-to-video.js";

export { model };
export const pages = "https://app.example.com";
export const secret = "0123456789abcdef0123456789abcdef";
export const input = { prompt: "Rain on a tin roof." };

/** A service, and what makes proxies in front of it: each like a process of its own, with the same store. */
export interface Site {
  readonly emulator: Emulator;
  readonly store: Store;
  readonly clock: ManualClock;
  /** The lines that the proxies log. */
  readonly lines: string[];
  start(options?: Partial<ProxyOptions>, client?: ClientOptions): Proxy;
  /** Lets time pass until the work is done. */
  run<T>(work: Promise<T>): Promise<T>;
  /** The job that a call gives; fails where the proxy refuses it. */
  call(proxy: Proxy, given: ProxyCall, user?: string): Promise<ProxyJob & ProxyUpload>;
  /** The status and the error of a call that is refused. */
  refusal(
    proxy: Proxy,
    given: ProxyCall,
    user?: string,
  ): Promise<{ status: number; code: string; message: string }>;
  records(): Promise<JobRecord[]>;
}

export const openSite = async (options: EmulatorOptions = {}, given?: Store): Promise<Site> => {
  const clock = createManualClock(Date.UTC(2026, 4, 1, 12));
  const emulator = await startEmulator({ queueMs: 0, runMs: Infinity, priceUsd: 0.2, clock, ...options });
  onTestFinished(() => emulator.close());
  const store = given ?? memoryStore({ date: () => clock.date() });
  const lines: string[] = [];
  const note = (line: string) => void lines.push(line);
  const run: Site["run"] = (work) => clock.drive(work, { stepMs: 5 });
  const ask = async (proxy: Proxy, call: ProxyCall, user?: string) => {
    const response = await run(proxy(makeRequest(call, { user })));
    return {
      status: response.status,
      body: (await response.json()) as ProxyJob & ProxyUpload & ProxyFailure,
    };
  };
  return {
    ...{ emulator, store, clock, lines, run },
    start: (own = {}, client = {}) =>
      createProxy({
        client: createClient({ baseUrl: emulator.url, token: emulator.token, clock, ...client }),
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
    call: async (proxy, call, user) => {
      const { status, body } = await ask(proxy, call, user);
      if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
      return body;
    },
    refusal: async (proxy, call, user) => {
      const { status, body } = await ask(proxy, call, user);
      return { status, ...body.error };
    },
    records: async () => {
      const all: JobRecord[] = [];
      for await (const record of store.list()) all.push(record);
      return all;
    },
  };
};

/** The parts of a request that a test changes. A header that is undefined is left out. */
export interface RequestParts {
  readonly user?: string | undefined;
  readonly method?: string | undefined;
  readonly headers?: { readonly [name: string]: string | undefined } | undefined;
}

/** A page's request, as a browser makes it. */
export const makeRequest = (
  body: unknown,
  { user = "ann", method = "POST", headers = {} }: RequestParts = {},
): Request => {
  const all = { origin: pages, "content-type": "application/json", cookie: `user=${user}`, ...headers };
  const kept = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const hasBody = method !== "GET" && method !== "HEAD";
  const isRaw = typeof body === "string" || body instanceof Uint8Array;
  return new Request(`${pages}/api/runcomfy`, {
    method,
    headers: kept,
    ...(hasBody && { body: isRaw ? (body as string) : JSON.stringify(body) }),
  });
};

export const submit = (key: string, more: object = {}): ProxyCall => ({
  call: "submit",
  model: model.id,
  key,
  input: { ...input, ...more },
});

/** Ends all jobs that run. */
export const finishAll = (emulator: Emulator): void =>
  emulator.jobs
    .filter(({ state }) => state === "in_progress" || state === "in_queue")
    .forEach(({ id }) => emulator.finish(id));
