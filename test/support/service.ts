import type { Clock } from "../../src/time/clock.js";

/** One answer of the scripted service; a thrown error is a lost connection. */
export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
}

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly at: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly init: RequestInit;
}

type Reply = (request: Seen, nth: number) => Answer | Error;

export const accepted = (id = "job-1") => ({
  request_id: id,
  status_url: `https://model-api.runcomfy.net/v1/requests/${id}/status`,
  result_url: `https://model-api.runcomfy.net/v1/requests/${id}/result`,
  cancel_url: `https://model-api.runcomfy.net/v1/requests/${id}/cancel`,
});

export const succeeded = (id = "job-1") => ({
  request_id: id,
  status: "succeeded",
  output: { video: "https://cdn.runcomfy.net/a.mp4" },
  created_at: "2026-01-01T00:00:00.123456",
  finished_at: "2026-01-01T00:01:00",
});

/** A fetch that answers by script, on virtual time, and writes down what it was asked. */
export const createService = (clock: Clock, routes: { readonly [route: string]: Reply }) => {
  const seen: Seen[] = [];
  const counts = new Map<string, number>();
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const { pathname, search } = new URL(url);
    const method = init.method ?? "GET";
    const request: Seen = {
      method,
      path: pathname + search,
      at: clock.now(),
      headers: init.headers as Record<string, string>,
      body: String(init.body ?? ""),
      init,
    };
    seen.push(request);
    const route =
      method === "POST" && !pathname.endsWith("/cancel") ? "submit" : (pathname.split("/").at(-1) ?? "");
    const reply = routes[route] ?? routes["*"];
    if (!reply) throw new Error(`no route for ${method} ${pathname}`);
    const nth = (counts.get(route) ?? 0) + 1;
    counts.set(route, nth);
    const answer = reply(request, nth);
    if (answer instanceof Error) throw answer;
    if (answer.delayMs) await clock.sleep(answer.delayMs, init.signal ?? undefined);
    const text = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body ?? {});
    const type =
      typeof answer.body === "string" && answer.body.startsWith("<") ? "text/html" : "application/json";
    const headers = new Headers({ "content-type": type, ...answer.headers });
    // A whole Response with its stream takes turns of the event loop; simulations run thousands of these.
    return {
      status: answer.status ?? 200,
      headers,
      body: null,
      text: async () => text,
    } as unknown as Response;
  };
  return { fetch, seen, count: (route: string) => counts.get(route) ?? 0 };
};

/** A status reply that walks through states by the clock. */
export const stateAt =
  (clock: Clock, doneAt: number, id = "job-1"): Reply =>
  () => ({
    body: { request_id: id, status: clock.now() >= doneAt ? "completed" : "in_progress" },
  });
