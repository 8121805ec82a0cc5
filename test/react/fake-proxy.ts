import type { ProxyCall, ProxyError, ProxyJob } from "../../src/adapters/proxy/proxy-wire.js";
import type { TextStorage } from "../../src/adapters/react/use-job.js";

interface Kept {
  readonly user: string;
  readonly input: string;
  job: ProxyJob;
}

/** Answers one call in place of the proxy: a failure, `"lost"` for no answer, or nothing where the proxy itself is to answer. */
export type Fault = (call: ProxyCall) => ProxyError | "lost" | "lost after" | Response | undefined;

/** A proxy of which a test decides what happens to the jobs. */
export const createFakeProxy = () => {
  const jobs = new Map<string, Kept>();
  const calls: ProxyCall[] = [];
  const uploads: { readonly url: string; readonly body: unknown }[] = [];
  const control = {
    user: "ann" as string | undefined,
    fault: undefined as Fault | undefined,
    /** The service has taken so many jobs. */
    get charged() {
      return jobs.size;
    },
    calls,
    uploads,
    jobs,
    /** Changes the only job, or that of a key. */
    move: (change: Partial<ProxyJob>, key = [...jobs.keys()].at(-1)!) => {
      const kept = jobs.get(key)!;
      kept.job = { ...kept.job, ...change };
    },
    last: () => [...jobs.values()].at(-1)!,
    names: () => calls.map(({ call }) => call),
  };
  const fail = (error: ProxyError, status: number) => Response.json({ error }, { status });
  const answer = (call: ProxyCall): Response => {
    const { user } = control;
    if (user === undefined) return fail({ code: "unauthorized", message: "Sign in first." }, 401);
    if (call.call === "user") return Response.json({ user });
    if (call.call === "upload")
      return Response.json({
        user,
        uploadUrl: "https://storage.example.com/put",
        headers: { "x-signed": "1" },
        value: `https://storage.example.com${call.field}`,
        expiresInMs: 60_000,
      });
    if (call.call === "submit") {
      const { key } = call;
      const input = JSON.stringify(call.input);
      const kept = jobs.get(key) ?? {
        user,
        input,
        job: {
          handle: `h-${key}`,
          key,
          model: call.model,
          user,
          state: "in_queue" as const,
          queuePosition: 2,
          elapsedMs: 0,
          pollAfterMs: 1000,
        },
      };
      if (kept.user !== user) return fail({ code: "not_found", message: "No such job." }, 404);
      if (kept.input !== input) return fail({ code: "key_conflict", message: "Another input." }, 409);
      jobs.set(key, kept);
      return Response.json(kept.job);
    }
    const kept = [...jobs.values()].find(({ job }) => job.handle === call.handle);
    if (kept?.user !== user) return fail({ code: "not_found", message: "No such job." }, 404);
    if (call.call === "cancel" && kept.job.state === "in_queue")
      kept.job = { ...kept.job, state: "cancelled", error: { code: "job_cancelled", message: "Cancelled." } };
    const { output, ...job } = kept.job;
    return Response.json(call.call === "result" ? { ...job, output } : job);
  };
  const send = (async (url: string, init: RequestInit): Promise<Response> => {
    if (init.method === "PUT") {
      uploads.push({ url, body: init.body });
      return new Response();
    }
    const call = JSON.parse(init.body as string) as ProxyCall;
    calls.push(call);
    const fault = control.fault?.(call);
    if (fault === "lost") throw new TypeError("fetch failed");
    if (fault instanceof Response) return fault;
    if (typeof fault === "object") return fail(fault, 400);
    const response = answer(call);
    if (fault === "lost after") throw new TypeError("fetch failed");
    return response;
  }) as typeof fetch;
  return Object.assign(control, { fetch: send });
};

/** A browser's storage. */
export const createStorage = (): TextStorage & { readonly texts: Map<string, string> } => {
  const texts = new Map<string, string>();
  return {
    texts,
    getItem: (key) => texts.get(key) ?? null,
    setItem: (key, text) => void texts.set(key, text),
    removeItem: (key) => void texts.delete(key),
  };
};
